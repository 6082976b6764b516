// A report that waits in quarantine, or was discarded: it has an id like an event's, and is none.

import { Badge } from '@mantine/core'
import type { ReactNode } from 'react'
import type { QuarantineEntry } from '../../api/queries'
import { Section } from '../../parts/Page'
import { FaultList, NextSteps, whyKept } from '../../parts/quarantine'
import { JsonBlock, Time } from '../../parts/values'
import { ReportFacts } from './ReportFacts'

export function Quarantined({ entry }: { entry: QuarantineEntry }) {
  const isOpen = entry.status === 'OPEN'
  return (
    <div className="pc-columns">
      <div className="pc-stack">
        <Section title="Report">
          <ReportFacts report={entry} more={endOf(entry)} />
        </Section>
        <Section title="Payload">
          <JsonBlock value={entry.payload} label="Payload of the report" />
        </Section>
      </div>
      <div className="pc-stack">
        <Section title="Why it was kept">
          <p className="pc-nothing">{whyKept(entry.reason)}</p>
          <FaultList faults={entry.faults} />
        </Section>
        {isOpen && (
          <Section title="What to do next">
            <NextSteps id={entry.id} reason={entry.reason} payload={entry.payload} />
          </Section>
        )}
      </div>
    </div>
  )
}

function endOf(entry: QuarantineEntry): [string, ReactNode][] {
  const isOpen = entry.status === 'OPEN'
  const status = (
    <Badge variant="light" color={isOpen ? 'orange' : 'gray'}>
      {isOpen ? 'waits' : entry.status.toLowerCase()}
    </Badge>
  )
  if (isOpen) return [['Status', status]]
  return [
    ['Status', status],
    ['Ended', entry.resolvedAt ? <Time value={entry.resolvedAt} /> : undefined],
    ['By', entry.resolvedBy],
    ['Because', entry.discardReason],
  ]
}
