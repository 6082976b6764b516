// The end of the editors that fill a page: work that is under way, what the server said, the buttons, and leaving.

import { Button, Group, Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { parts } from '#words/parts'
import { asProblem, type Problem } from '../api/problem'
import type { useDraft } from './drafts'
import { ErrorNotice } from './notices'
import { notify } from './notify'
import { focusHeading } from './Page'
import { FaultList } from './quarantine'

/** Work that is under way, and what the server said against the last of it. */
export function useWork() {
  const [problem, setProblem] = useState<Problem>()
  const [isBusy, setIsBusy] = useState(false)
  /** Tells whether it was done. What `leaves` the page stays under way until that is gone: another press would save once more. */
  const during = async (work: () => Promise<void>, leaves = false) => {
    setIsBusy(true)
    setProblem(undefined)
    const failed = await work().then(() => undefined, asProblem)
    setProblem(failed)
    if (failed || !leaves) setIsBusy(false)
    return failed === undefined
  }
  return { problem, setProblem, isBusy, during, faultAt: (pointer: string) => problem?.at(pointer)['']?.join(' ') }
}

type Kept = Pick<ReturnType<typeof useDraft>, 'isChanged' | 'forget' | 'keep'>

/** Throws away what was written and goes `away`; where there was something, it can be had back, at `again`. */
export function leaving({ isChanged, forget, keep }: Kept, away: () => Promise<void>, again: () => Promise<void>) {
  return async () => {
    forget()
    await away()
    if (isChanged)
      notify(parts.left, async () => {
        keep()
        await again()
      })
    requestAnimationFrame(focusHeading)
  }
}

/** What the server says against a draft. */
export function Refused({ problem, children }: { problem: Problem; children?: ReactNode }) {
  return (
    <ErrorNotice error={problem}>
      {problem.faults.length > 0 && <FaultList faults={problem.faults} />}
      {children}
    </ErrorNotice>
  )
}

/** The buttons, with the one that leaves, and why there is nothing to be saved. */
export function SaveRow({ why, onLeave, children }: { why?: string; onLeave: () => Promise<void>; children: ReactNode }) {
  return (
    <Group gap="sm" className="pc-save">
      {children}
      <Button variant="subtle" onClick={() => void onLeave()}>
        {parts.cancel}
      </Button>
      {why && (
        <Text size="sm" c="dimmed">
          {why}
        </Text>
      )}
    </Group>
  )
}
