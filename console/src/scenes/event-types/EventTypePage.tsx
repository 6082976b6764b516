import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { eventTypesQuery, reactorsQuery, type EventTypeView } from '../../api/queries'
import { Answered, Empty } from '../../parts/notices'
import { Page, Section } from '../../parts/Page'
import { Facts, Id, JsonBlock, Time } from '../../parts/values'
import { State } from '../reactors/State'
import { Enhancers } from './Enhancers'
import { reporterOf } from './EventTypes'
import { Secrets } from './Secrets'
import { Versions } from './Versions'
import { settingsOf } from './words'

export function EventTypePage() {
  const { name } = useParams({ strict: false }) as { name: string }
  const query = useQuery(eventTypesQuery)
  const type = query.data?.find((one) => one.name === name || one.id === name)
  if (type) return <EventType type={type} />
  return (
    <Page title="Event type">
      <Answered query={query} rows={6}>
        {() => <Empty title={`There is no event type ${name}.`} action={<Link to="/event-types">All event types</Link>} />}
      </Answered>
    </Page>
  )
}

function EventType({ type }: { type: EventTypeView }) {
  return (
    <Page title={type.name} intro={type.description}>
      <div className="pc-columns">
        <div className="pc-stack">
          <Section title="Event type">
            <Facts
              items={[
                ['Id', <Id key="id" value={type.id} />],
                ['Reported by', reporterOf(type)],
                ...(type.command ? ([['Call instead', type.command]] as [string, string][]) : []),
                ['State', type.isActive ? 'active' : 'archived: it takes no events'],
                ['Version', type.version],
                ['User activity', type.omitFromUserActivity ? 'left out of it' : 'shows it'],
                ['Created', <Time key="c" value={type.createdAt} />],
                ['Changed', <Time key="u" value={type.updatedAt} />],
                [
                  'Events',
                  <Link key="e" to="/events" search={{ type: type.name }}>
                    In the Event Stream
                  </Link>,
                ],
              ]}
            />
          </Section>
          {!type.isIntrinsic && (
            <Section title="Settings">
              <Facts items={settingsOf(type)} />
            </Section>
          )}
          <Section title="Reactors">
            <Listeners type={type} />
          </Section>
        </div>
        <div className="pc-stack">
          <Section title="Schema of the payload">
            {type.schema == null ? (
              <Empty title="It has no schema.">Any JSON object is a payload.</Empty>
            ) : (
              <JsonBlock value={type.schema} label="Schema of the payload" />
            )}
          </Section>
          {!type.isIntrinsic && (
            <Section title="Enhancers">
              <Enhancers type={type} />
            </Section>
          )}
          {Array.isArray(type.metaTypeMappings) && type.metaTypeMappings.length > 0 && (
            <Section title="Mappings to meta types">
              <JsonBlock value={type.metaTypeMappings} label="Mappings to meta types" />
            </Section>
          )}
        </div>
      </div>
      {type.isPrivate && !type.isIntrinsic && (
        <Section title="Secrets">
          <Secrets eventType={type.name} />
        </Section>
      )}
      {!type.isIntrinsic && (
        <Section title="Versions">
          <Versions eventType={type.name} />
        </Section>
      )}
    </Page>
  )
}

function Listeners({ type }: { type: EventTypeView }) {
  return (
    <Answered query={useQuery(reactorsQuery)} rows={2}>
      {(reactors) => {
        const own = reactors.filter((reactor) => reactor.eventType.id === type.id)
        if (own.length === 0)
          return <Empty title="No reactor listens to it.">Its events are recorded, and nothing follows from them.</Empty>
        return (
          <ul>
            {own.map((reactor) => (
              <li key={reactor.id}>
                <Link to="/reactors/$reactorId" params={{ reactorId: reactor.id }} search={{}}>
                  {reactor.name}
                </Link>{' '}
                <State state={reactor.state} />
              </li>
            ))}
          </ul>
        )
      }}
    </Answered>
  )
}
