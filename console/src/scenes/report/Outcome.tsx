// What came of a preview or a report that has not led to an event's page.

import { Text } from '@mantine/core'
import { report } from '#words/report'
import type { Fault, Problem } from '../../api/problem'
import type { PreviewView, QuarantinedView } from '../../api/queries'
import { ErrorNotice } from '../../parts/notices'
import { FaultList } from '../../parts/quarantine'
import { Duplicate } from './Duplicate'
import { Kept } from './Kept'
import { Preview } from './Preview'

/** `body`: what was sent, to tell whether it is still what the form says. `isLive`: nobody has pressed a button for it. */
export type Outcome = { body: string; isLive?: boolean } & (
  | { kind: 'preview'; preview: PreviewView }
  | { kind: 'kept'; kept: QuarantinedView }
  | { kind: 'problem'; problem: Problem }
)

/** What the server finds wrong, whether it refused the event, keeps it, or would keep it. */
export function faultsOf(outcome: Outcome | undefined): Fault[] {
  if (outcome?.kind === 'problem') return outcome.isLive ? written(outcome.problem.faults) : outcome.problem.faults
  if (outcome?.kind === 'kept') return outcome.kept.faults
  return outcome?.preview.quarantined?.faults ?? []
}

/** Without what is missing still: somebody may be about to type it. */
function written(faults: Fault[]): Fault[] {
  return faults.filter(({ code }) => code !== 'required' && code !== 'missing')
}

type Props = { outcome: Outcome; isCurrent: boolean; payload: unknown }

export function OutcomeNotice({ outcome, isCurrent, payload }: Props) {
  if (outcome.kind === 'preview') return <Preview preview={outcome.preview} isCurrent={isCurrent} />
  if (outcome.kind === 'kept') return <Kept kept={outcome.kept} payload={payload} />
  const { problem } = outcome
  if (outcome.isLive && problem.faults.length > 0)
    return (
      <section className="pc-section" aria-label={report.would.title}>
        <Text size="sm" c="dimmed">
          {report.would.notYet}
        </Text>
        <FaultList faults={problem.faults} />
      </section>
    )
  if (problem.code === 'event_already_exists') return <Duplicate problem={problem} payload={payload} />
  return (
    <ErrorNotice error={problem}>
      {problem.faults.length > 1 && <FaultList faults={problem.faults} />}
      {problem.isOpen && (
        <Text size="sm">{report.unknown}</Text>
      )}
    </ErrorNotice>
  )
}
