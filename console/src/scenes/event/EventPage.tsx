// One event: what was said, when and by whom, and what came of it.

import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { writeExact } from '../../api/exactJson'
import { curl } from '../../api/curl'
import { eventQuery, eventTypesQuery, reactionsQuery, userQuery, type EventView, type LedgerEntryView } from '../../api/queries'
import { useSession } from '../../api/session'
import { CopyButton, ErrorNotice, Facts, Id, JsonBlock, Page, points, Points, Rows, Section, Time } from '../../common/parts'
import { nameOf } from '../../common/user'
import { Verdicts } from '../../common/Verdicts'

export function EventPage() {
  const { eventId } = useParams({ strict: false }) as { eventId: string }
  const { data: event, error, refetch } = useQuery(eventQuery(eventId))
  if (error)
    return (
      <Page title="Event">
        <ErrorNotice error={error} onRetry={() => void refetch()}>
          <Link to="/events">Back to the Event Stream</Link>
        </ErrorNotice>
      </Page>
    )
  if (!event)
    return (
      <Page title="Event">
        <Rows count={8} />
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
  const { data, error, refetch } = useQuery(reactionsQuery(event.id))
  return (
    <div className="pc-stack">
      <Section title="Why" actions={<NetPoints value={event.points} />}>
        {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Rows count={2} />}
        {data && <Verdicts verdicts={data.verdicts} />}
      </Section>
      {data && (
        <Section title="Ledger entries">
          <Entries entries={data.entries} />
        </Section>
      )}
    </div>
  )
}

function Entries({ entries }: { entries: LedgerEntryView[] }) {
  if (entries.length === 0) return <p className="pc-nothing">It has not changed the balance.</p>
  return (
    <div className="pc-table-wrap">
      <table className="pc-table">
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col">Reason</th>
            <th scope="col" className="pc-number">
              Points
            </th>
            <th scope="col" className="pc-number">
              Balance after
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.number}>
              <td data-label="No.">{entry.number}</td>
              <td data-label="Reason">
                {entry.reactor ? (
                  <Link to="/reactors/$reactorId" params={{ reactorId: entry.reactor.id }} search={{}}>
                    {entry.reactor.name}
                  </Link>
                ) : (
                  entry.account.toLowerCase()
                )}
              </td>
              <td data-label="Points" className="pc-number">
                <Points value={entry.points} />
              </td>
              <td data-label="Balance after" className="pc-number">
                {points(entry.balanceAfter)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
