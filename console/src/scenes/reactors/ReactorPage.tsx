import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { eventTypesQuery, reactorsQuery, type ReactorView } from '../../api/queries'
import { Answered, Empty } from '../../parts/notices'
import { Page, Section } from '../../parts/Page'
import { Facts, Id, JsonBlock, Time } from '../../parts/values'
import { limitOf, rewardOf } from './words'

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
                ['Gives', rewardOf(reactor)],
                ['At most', limitOf(reactor)],
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
            {reactor.constraint == null ? (
              <Empty title="It has none.">It fires for every event of its type.</Empty>
            ) : (
              <JsonBlock value={reactor.constraint} label="Constraint" />
            )}
          </Section>
          <Section title="Reactions">
            <JsonBlock value={reactor.reactions} label="Reactions" />
          </Section>
        </div>
      </div>
    </Page>
  )
}
