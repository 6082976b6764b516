// One event: what was said, when and by whom, and what came of it.

import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { writeExact } from '../../api/exactJson'
import { curl } from '../../api/curl'
import { eventQuery, eventTypesQuery, reactionsQuery, userQuery, type EventView, type LedgerEntryView } from '../../api/queries'
import { useSession } from '../../api/session'
import { Answered } from '../../parts/notices'
import { Page, Section } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'
import { nameOf } from '../../parts/user'
import { CopyButton, Facts, Id, JsonBlock, points, Points, Time } from '../../parts/values'
import { Verdicts } from '../../parts/Verdicts'

export function EventPage() {
  const { eventId } = useParams({ strict: false }) as { eventId: string }
  const query = useQuery(eventQuery(eventId))
  const event = query.data
  if (!event)
    return (
      <Page title="Event">
        <Answered query={query} rows={8} instead={<Link to="/events">Back to the Event Stream</Link>}>
          {() => null}
        </Answered>
      </Page>
    )
  return (
    <Page title={event.type} actions={<Actions event={event} />}>
      <div className="pc-columns">
        <div className="pc-stack">
          <Section title="Event">
            <EventFacts event={event} />
          </Section>
          <Section title="Payload">
            <JsonBlock value={event.payload} label="Payload of the event" />
          </Section>
        </div>
        <CameOfIt event={event} />
      </div>
    </Page>
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

function EventFacts({ event }: { event: EventView }) {
  const { data: user } = useQuery(userQuery(event.subject))
  const user_ = (
    <Link to="/users/$userId" params={{ userId: event.subject }} search={{}}>
      {user ? nameOf(user) : event.subject}
    </Link>
  )
  return (
    <Facts
      items={[
        ['Id', <Id key="id" value={event.id} />],
        ['User', user_],
        ['Occurred at', <Time key="o" value={event.occurredAt} />],
        ['Reported at', <Time key="r" value={event.reportedAt} />],
        ['Reacted at', <Time key="a" value={event.reactedAt} />],
        ['Reported by', event.reporter],
        ['Executor', event.executor ?? 'the user'],
        [
          'Type',
          <Link key="t" to="/event-types/$name" params={{ name: event.type }} search={{}}>
            {event.type}, version {event.typeVersion}
          </Link>,
        ],
      ]}
    />
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
