// What came of a preview or a report that has not led to an event's page.

import { Text } from '@mantine/core'
import type { Fault, Problem } from '../../api/problem'
import type { PreviewView, QuarantinedView } from '../../api/queries'
import { ErrorNotice } from '../../parts/notices'
import { FaultList } from '../../parts/quarantine'
import { Duplicate } from './Duplicate'
import { Kept } from './Kept'
import { Preview } from './Preview'

/** `body`: what was sent, to tell whether it is still what the form says. */
export type Outcome = { body: string } & (
  | { kind: 'preview'; preview: PreviewView }
  | { kind: 'kept'; kept: QuarantinedView }
  | { kind: 'problem'; problem: Problem }
)

/** What the server finds wrong, whether it refused the event, keeps it, or would keep it. */
export function faultsOf(outcome: Outcome | undefined): Fault[] {
  if (outcome?.kind === 'problem') return outcome.problem.faults
  if (outcome?.kind === 'kept') return outcome.kept.faults
  return outcome?.preview.quarantined?.faults ?? []
}

type Props = { outcome: Outcome; isCurrent: boolean; payload: unknown }

export function OutcomeNotice({ outcome, isCurrent, payload }: Props) {
  if (outcome.kind === 'preview') return <Preview preview={outcome.preview} isCurrent={isCurrent} />
  if (outcome.kind === 'kept') return <Kept kept={outcome.kept} payload={payload} />
  const { problem } = outcome
  if (problem.code === 'event_already_exists') return <Duplicate problem={problem} />
  return (
    <ErrorNotice error={problem}>
      {problem.faults.length > 1 && <FaultList faults={problem.faults} />}
      {problem.isOpen && (
        <Text size="sm">
          Whether it was recorded is not known. Press Report again: it is the same call, and counts once.
        </Text>
      )}
    </ErrorNotice>
  )
}
