// A form in a dialog that changes something, once: fields, what the server says of them, and the two buttons.

import { Button, Group, Stack } from '@mantine/core'
import { useRef, useState, type FormEvent, type ReactNode } from 'react'
import { writeExact } from '../api/exactJson'
import { useOnce, type OnceHeaders } from '../api/once'
import { asProblem, type Problem } from '../api/problem'
import { ErrorNotice } from './notices'
import { focusHeading } from './Page'

type Props = {
  /** What the button that sends says. */
  action: string
  isIncomplete?: boolean
  body: object
  /** Sends the body and opens what came of it. Throws: Problem. */
  send: (headers: OnceHeaders) => Promise<void>
  onClose: () => void
  /** The fields; `faultAt` is what the server says of one, by its pointer. */
  children: (faultAt: (pointer: string) => string | undefined) => ReactNode
}

export function DialogForm({ action, isIncomplete, body, send, onClose, children }: Props) {
  const once = useOnce()
  const [problem, setProblem] = useState<Problem>()
  const [isBusy, setIsBusy] = useState(false)
  const isSent = useRef(false)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isSent.current || isIncomplete) return
    isSent.current = true
    setIsBusy(true)
    setProblem(undefined)
    try {
      await once(writeExact(body), send)
      requestAnimationFrame(focusHeading)
    } catch (error) {
      setProblem(asProblem(error))
    }
    isSent.current = false
    setIsBusy(false)
  }
  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      <Stack>
        {children((pointer) => problem?.at(pointer)['']?.join(' '))}
        {problem && <ErrorNotice error={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={isIncomplete}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
