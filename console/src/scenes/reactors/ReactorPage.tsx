import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { Json } from '../../api/exactJson'
import { eventTypesQuery, reactorsQuery, type ReactorView } from '../../api/queries'
import { Answered, Empty } from '../../parts/notices'
import { Page, Section } from '../../parts/Page'
import { Facts, Id, JsonBlock, Time } from '../../parts/values'
import { Constraint } from './Constraint'
import { State } from './State'
import { groupOf, limitsOf, meaningOf, rewardOf } from './words'

export function ReactorPage() {
  const { reactorId } = useParams({ strict: false }) as { reactorId: string }
  const query = useQuery(reactorsQuery)
  const reactor = query.data?.find((one) => one.id === reactorId)
  if (reactor) return <Reactor reactor={reactor} />
  return (
    <Page title="Reactor">
      <Answered query={query} rows={6}>
        {() => <Empty title="There is no such reactor." action={<Link to="/reactors">All reactors</Link>} />}
      </Answered>
    </Page>
  )
}

function Reactor({ reactor }: { reactor: ReactorView }) {
  const types = useQuery(eventTypesQuery)
  const type = types.data?.find((one) => one.id === reactor.eventType.id)
  const { effectivity } = reactor
  return (
    <Page title={reactor.name} intro={reactor.description}>
      <div className="pc-columns">
        <div className="pc-stack">
          <Section title="Reactor">
            <Facts
              items={[
                ['Id', <Id key="id" value={reactor.id} />],
                [
                  'Event type',
                  type ? (
                    <Link key="t" to="/event-types/$name" params={{ name: type.name }} search={{}}>
                      {type.name}
                    </Link>
                  ) : (
                    reactor.eventType.id
                  ),
                ],
                [
                  'State',
                  <span key="s">
                    <State state={reactor.state} /> {meaningOf(reactor.state)}
                  </span>,
                ],
                ['Gives', rewardOf(reactor)],
                ['At most', <Limits key="l" reactor={reactor} />],
                ['Priority', `${reactor.priority}: of one event’s reactors the higher go first`],
                ['Group', <Group key="g" reactor={reactor} />],
                ['From', effectivity?.start ? <Time key="f" value={effectivity.start} /> : 'always'],
                ['Until', effectivity?.end ? <Time key="e" value={effectivity.end} /> : 'no end'],
                ['Version', reactor.version],
                ['Created', <Time key="c" value={reactor.createdAt} />],
                ['Changed', <Time key="u" value={reactor.updatedAt} />],
                ['Ended', reactor.endedAt ? <Time key="n" value={reactor.endedAt} /> : 'no'],
              ]}
            />
          </Section>
        </div>
        <div className="pc-stack">
          <Section title="Constraint">
            <Constraint constraint={reactor.constraint as Json} />
          </Section>
          <Section title="Reactions">
            <JsonBlock value={reactor.reactions} label="Reactions" />
          </Section>
        </div>
      </div>
    </Page>
  )
}

function Limits({ reactor }: { reactor: ReactorView }) {
  const limits = limitsOf(reactor)
  if (limits.length === 0) return 'no limit'
  return (
    <ul className="pc-faults">
      {limits.map((limit) => (
        <li key={limit}>{limit}</li>
      ))}
    </ul>
  )
}

/** The group, and who else is in it. */
function Group({ reactor }: { reactor: ReactorView }) {
  const { data } = useQuery(reactorsQuery)
  const { group, eventType, id } = reactor
  const others = (data ?? []).filter(
    (one) => group && one.group?.name === group.name && one.eventType.id === eventType.id && one.id !== id && !one.endedAt,
  )
  return (
    <>
      {groupOf(reactor)}
      {others.length > 0 && (
        <ul className="pc-faults" aria-label="Others of the group">
          {others.map((other) => (
            <li key={other.id}>
              <Link to="/reactors/$reactorId" params={{ reactorId: other.id }} search={{}}>
                {other.name}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
