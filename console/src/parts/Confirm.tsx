// Asked before what cannot be undone.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useRef, useState, type FormEvent, type ReactNode } from 'react'
import { parts } from '#words/parts'
import { useOnce, type OnceHeaders } from '../api/once'
import { Dialog } from './Dialog'
import { ErrorNotice } from './notices'

type Props = {
  /** A question: `Revoke the key “Till 3”?` */
  title: string
  /** What the button that does it says: a verb, never “OK”. */
  action: string
  /** What follows, and that it stays so. */
  children: ReactNode
  /** What is taken back by nobody but harms nothing, either: it goes by no warning colour. */
  isHarmless?: boolean
  /** A text that has to be typed first, for what harms most. */
  typed?: string
  /** Does it; closing afterwards is the caller's. Throws: Problem, which is shown. */
  onConfirm: (headers: OnceHeaders) => Promise<void>
  onClose: () => void
}

export function Confirm({ title, action, children, isHarmless, typed, onConfirm, onClose }: Props) {
  const once = useOnce()
  const [text, setText] = useState('')
  const [failure, setFailure] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const isSent = useRef(false)
  const isOpen = typed !== undefined && text.trim() !== typed

  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (isSent.current || isOpen) return
    isSent.current = true
    setIsBusy(true)
    setFailure(undefined)
    try {
      // It stays sent: until the question is gone, which takes the browser a moment, another press would do it once more.
      await once(title, onConfirm)
    } catch (fault) {
      setFailure(fault)
      isSent.current = false
      setIsBusy(false)
    }
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form noValidate onSubmit={(event) => void send(event)}>
        <Stack>
          <Text size="sm" component="div" className="pc-break">
            {children}
          </Text>
          {typed !== undefined && (
            <TextInput
              label={parts.typeToConfirm(typed)}
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          )}
          {failure ? <ErrorNotice error={failure} /> : null}
          <Group justify="flex-end">
            {/* The first that a key reaches is the one that does nothing. */}
            <Button variant="default" data-autofocus={typed === undefined || undefined} onClick={onClose}>
              {parts.cancel}
            </Button>
            <Button type="submit" color={isHarmless ? undefined : 'red'} loading={isBusy} disabled={isOpen}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
