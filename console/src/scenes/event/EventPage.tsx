// One event: what was said, when and by whom, and what came of it.

import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { writeExact } from '../../api/exactJson'
import { curl } from '../../api/curl'
import { Problem } from '../../api/problem'
import {
  eventQuery,
  eventTypesQuery,
  quarantinedQuery,
  reactionsQuery,
  type EventView,
  type LedgerEntryView,
} from '../../api/queries'
import { useSession } from '../../api/session'
import { Answered, Rows } from '../../parts/notices'
import { Page, Section } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'
import { CopyButton, JsonBlock, points, Points, Time } from '../../parts/values'
import { Verdicts } from '../../parts/Verdicts'
import { Known } from './Known'
import { Quarantined } from './Quarantined'
import { ReportFacts } from './ReportFacts'

export function EventPage() {
  const { eventId } = useParams({ strict: false }) as { eventId: string }
  const query = useQuery(eventQuery(eventId))
  // An id may be that of a report that was kept instead.
  const isNone = query.error instanceof Problem && query.error.status === 404
  const quarantined = useQuery({ ...quarantinedQuery(eventId), enabled: isNone, retry: false })
  const { data: event } = query
  const { data: entry } = quarantined
  // One heading from the first moment on: it may have the focus before the answer is there.
  return (
    <Page
      title={event?.type ?? entry?.type ?? 'Event'}
      intro={!event && entry && 'This was reported and is kept in quarantine. It is no event: nothing has followed from it.'}
      actions={event && <Actions event={event} />}
    >
      {event ? (
        <Event event={event} />
      ) : entry ? (
        <Quarantined entry={entry} />
      ) : isNone && quarantined.isPending ? (
        <Rows count={8} />
      ) : (
        <Answered query={query} rows={8} instead={<Link to="/events">Back to the Event Stream</Link>}>
          {() => null}
        </Answered>
      )}
    </Page>
  )
}

function Event({ event }: { event: EventView }) {
  return (
    <div className="pc-columns">
      <div className="pc-stack">
        <Section title="Event">
          <ReportFacts report={event} more={[['Reacted at', <Time key="a" value={event.reactedAt} />]]} />
        </Section>
        <Section title="Payload">
          <JsonBlock value={event.payload} label="Payload of the event" />
        </Section>
        <Known event={event} />
      </div>
      <CameOfIt event={event} />
    </div>
  )
}

function Actions({ event }: { event: EventView }) {
  const navigate = useNavigate()
  const { apiKey } = useSession().tenant
  const types = useQuery(eventTypesQuery)
  const isIntrinsic = types.data?.find((type) => type.name === event.type)?.isIntrinsic ?? false
  const again = () => void navigate({ to: '.', search: { report: event.id } as never })
  const reported = writeExact({ type: event.type, subject: event.subject, payload: event.payload })
  const call = isIntrinsic
    ? curl('GET', `/v1/events/${event.id}`, apiKey)
    : curl('POST', '/v1/events', apiKey, reported)
  return (
    <>
      <CopyButton label="Copy JSON" text={writeExact(event, 2)} />
      <CopyButton label="Copy curl" text={call} />
      {!isIntrinsic && (
        <Button size="xs" onClick={again}>
          Report again with changes
        </Button>
      )}
    </>
  )
}

function NetPoints({ value }: { value: number }) {
  return (
    <span>
      Net <Points value={value} /> {Math.abs(value) === 1 ? 'point' : 'points'}
    </span>
  )
}

function CameOfIt({ event }: { event: EventView }) {
  const query = useQuery(reactionsQuery(event.id))
  return (
    <div className="pc-stack">
      <Section title="Why" actions={<NetPoints value={event.points} />}>
        <Answered query={query} rows={2}>
          {({ verdicts }) => <Verdicts verdicts={verdicts} />}
        </Answered>
      </Section>
      {query.data && (
        <Section title="Ledger entries">
          {query.data.entries.length === 0 ? (
            <p className="pc-nothing">It has not changed the balance.</p>
          ) : (
            <Table columns={ENTRY_COLUMNS} rows={query.data.entries} idOf={(entry) => entry.number} />
          )}
        </Section>
      )}
    </div>
  )
}

const ENTRY_COLUMNS: Column<LedgerEntryView>[] = [
  { name: 'No.', cell: (entry) => entry.number },
  {
    name: 'Reason',
    cell: ({ reactor, account }) =>
      reactor ? (
        <Link to="/reactors/$reactorId" params={{ reactorId: reactor.id }} search={{}}>
          {reactor.name}
        </Link>
      ) : (
        account.toLowerCase()
      ),
  },
  { name: 'Points', isNumber: true, cell: (entry) => <Points value={entry.points} /> },
  { name: 'Balance after', isNumber: true, cell: (entry) => points(entry.balanceAfter) },
]
