// A report that was kept instead of recorded: why, what is wrong with it, and what ends its waiting.

import { Stack, Text } from '@mantine/core'
import { writeExact } from '../api/exactJson'
import type { Fault } from '../api/problem'
import { CurlOf } from './CurlOf'

const WHY: Record<string, string> = {
  INVALID: 'Its payload breaks the schema of its event type.',
  LATE: 'It happened longer ago than its event type takes without asking.',
}

export function whyKept(reason: string): string {
  return WHY[reason] ?? `The reason is ${reason}.`
}

export function FaultList({ faults }: { faults: Fault[] }) {
  return (
    <ul className="pc-faults">
      {faults.map((fault, place) => (
        <li key={place}>
          {fault.pointer && <code>{fault.pointer}</code>} {fault.detail}
        </li>
      ))}
    </ul>
  )
}

/** What an administrator does next. `payload` is what the report would be resubmitted with. */
export function NextSteps({ id, reason, payload }: { id: string; reason: string; payload: unknown }) {
  const isLate = reason === 'LATE'
  return (
    <Stack gap="xs" className="pc-whole">
      <Text size="sm">
        An administrator ends its waiting, once: {isLate ? 'resubmits it as it is' : 'corrects the payload and resubmits it'},
        and it becomes an event that keeps its time; or discards it, and it comes to nothing. Reported again it would be
        another report, and this one would still wait.
      </Text>
      <CurlOf
        path={`/v1/quarantine/${id}/resubmit`}
        body={isLate ? '{}' : writeExact({ payload })}
        summary={isLate ? 'Resubmit it as it is' : 'Resubmit it with this payload'}
        label="The call that resubmits it"
        copy="Copy the call that resubmits it"
      />
      <CurlOf
        path={`/v1/quarantine/${id}/discard`}
        body={writeExact({ reason: 'Reported by mistake' })}
        summary="Discard it"
        label="The call that discards it"
        copy="Copy the call that discards it"
      />
    </Stack>
  )
}
