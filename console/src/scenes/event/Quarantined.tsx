// A report that waits in quarantine, or was discarded: it has an id like an event's, and is none.

import { Badge, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode } from 'react'
import { event } from '#words/event'
import { called, enums } from '#words/enums'
import type { QuarantineEntry } from '../../api/queries'
import { OpenButton } from '../../parts/OpenButton'
import { Section } from '../../parts/Page'
import { FaultList, NextSteps, whyKept } from '../../parts/quarantine'
import { HELPERS, useMayDo } from '../../parts/roles'
import { JsonBlock, Time } from '../../parts/values'
import { ReportFacts } from './ReportFacts'

const Resolve = lazy(() => import('./Resolve'))
const words = event.quarantined

export function Quarantined({ entry }: { entry: QuarantineEntry }) {
  const isOpen = entry.status === 'OPEN'
  const mayEnd = useMayDo(HELPERS)
  return (
    <div className="pc-columns">
      <div className="pc-stack">
        <Section title={event.facts.report}>
          <ReportFacts report={entry} more={endOf(entry)} />
        </Section>
        <Section title={words.payload}>
          <JsonBlock value={entry.payload} label={words.label} />
        </Section>
      </div>
      <div className="pc-stack">
        <Section title={words.why}>
          <p className="pc-nothing">{whyKept(entry.reason)}</p>
          <FaultList faults={entry.faults} />
        </Section>
        {isOpen && (
          <Section title={words.next}>
            {mayEnd && (
              <Group gap="xs" mb="sm">
                <OpenButton name="resubmit" size="xs" variant="filled" label={words.resubmit}>
                  {(close) => <Resolve entry={entry} what="resubmit" onClose={close} />}
                </OpenButton>
                <OpenButton name="discard" size="xs" label={words.discard}>
                  {(close) => <Resolve entry={entry} what="discard" onClose={close} />}
                </OpenButton>
              </Group>
            )}
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
      {isOpen ? words.waits : called(enums.kept, entry.status)}
    </Badge>
  )
  if (isOpen) return [[words.status, status]]
  return [
    [words.status, status],
    [words.ended, entry.resolvedAt ? <Time value={entry.resolvedAt} /> : undefined],
    [words.by, entry.resolvedBy],
    ...(entry.eventId
      ? [
          [
            words.event,
            <Link key="e" to="/events/$eventId" params={{ eventId: entry.eventId }} search={{}}>
              {entry.eventId}
            </Link>,
          ] as [string, ReactNode],
        ]
      : [[words.because, entry.discardReason] as [string, ReactNode]]),
  ]
}
