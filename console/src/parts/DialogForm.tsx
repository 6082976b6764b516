// A form in a dialog that changes something, once: fields, what the server says of them, and the two buttons.

import { Button, Group, Stack } from '@mantine/core'
import { useRef, useState, type FormEvent, type ReactNode } from 'react'
import { parts } from '#words/parts'
import { writeExact } from '../api/exactJson'
import { useOnce, type OnceHeaders } from '../api/once'
import { asProblem, type Fault, type Problem } from '../api/problem'
import { useFirstField } from './firstField'
import { ErrorNotice } from './notices'
import { focusHeading } from './Page'
import { FaultList } from './quarantine'

type Props = {
  /** What the button that sends says. */
  action: string
  isIncomplete?: boolean
  body: object
  /** Sends the body and opens what came of it. Throws: Problem. */
  send: (headers: OnceHeaders) => Promise<void>
  onClose: () => void
  /** The pointers of fields that say what is wrong with them themselves; anything else is said below. */
  places?: string[]
  /** The fields; `faultAt` is what the server says of one, or of parts of it, by its pointer. */
  children: (faultAt: (pointer: string) => string | undefined) => ReactNode
}

export function DialogForm({ action, isIncomplete, body, send, onClose, places, children }: Props) {
  const once = useOnce()
  const [problem, setProblem] = useState<Problem>()
  const [isBusy, setIsBusy] = useState(false)
  const isSent = useRef(false)
  const form = useRef<HTMLFormElement>(null)
  useFirstField(form)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isSent.current || isIncomplete) return
    isSent.current = true
    setIsBusy(true)
    setProblem(undefined)
    try {
      await once(writeExact(body), send)
      // It stays sent: until the dialog is gone, which takes the browser a moment, another press would do it once more.
      requestAnimationFrame(focusHeading)
    } catch (error) {
      setProblem(asProblem(error))
      isSent.current = false
      setIsBusy(false)
    }
  }
  const others = places && problem ? problem.faults.filter((fault) => !isPlaced(fault, places)) : []
  return (
    <form ref={form} noValidate onSubmit={(event) => void submit(event)}>
      <Stack>
        {children((pointer) => problem && saidOf(problem, pointer))}
        {problem && (
          <ErrorNotice error={problem}>{others.length > 0 && <FaultList faults={others} />}</ErrorNotice>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {parts.cancel}
          </Button>
          <Button type="submit" loading={isBusy} disabled={isIncomplete}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function saidOf(problem: Problem, pointer: string): string | undefined {
  const said = Object.entries(problem.at(pointer)).map(([rest, details]) => (rest ? `${rest}: ` : '') + details.join(' '))
  return said.length ? said.join(' ') : undefined
}

function isPlaced(fault: Fault, places: string[]): boolean {
  return places.some((place) => fault.pointer === place || fault.pointer.startsWith(`${place}/`))
}
