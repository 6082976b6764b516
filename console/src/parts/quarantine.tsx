// A report that was kept instead of recorded: why, what is wrong with it, and what ends its waiting.

import { Stack, Text } from '@mantine/core'
import { quarantine as words } from '#words/quarantine'
import { writeExact } from '../api/exactJson'
import type { Fault } from '../api/problem'
import { CurlOf } from './CurlOf'

export function whyKept(reason: string): string {
  return words.why[reason] ?? words.otherwise(reason)
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
        {words.next(isLate)}
      </Text>
      <CurlOf
        path={`/v1/quarantine/${id}/resubmit`}
        body={isLate ? '{}' : writeExact({ payload })}
        summary={words.resubmit(isLate)}
        label={words.resubmitCall}
        copy={words.copyResubmit}
      />
      <CurlOf
        path={`/v1/quarantine/${id}/discard`}
        body={writeExact({ reason: words.reason })}
        summary={words.discard}
        label={words.discardCall}
        copy={words.copyDiscard}
      />
    </Stack>
  )
}
