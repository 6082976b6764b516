import { Alert } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { reactors as words } from '#words/reactors'
import { called, enums } from '#words/enums'
import { volumes } from '#words/volumes'
import type { Json } from '../../api/exactJson'
import { eventTypesQuery, reactorsQuery, type ReactorView } from '../../api/queries'
import { reactorVolumesQuery } from '../../api/volumes'
import { Answered, Empty } from '../../parts/notices'
import { Page, Section } from '../../parts/Page'
import { useMayDo, VIEWERS } from '../../parts/roles'
import { Facts, Id, Time } from '../../parts/values'
import { usePeriod } from '../../parts/PeriodChoice'
import { VolumeChart } from '../../parts/Volume'
import { Backtests } from './Backtests'
import { Constraint } from './Constraint'
import { Lifecycle } from './Lifecycle'
import { Reactions } from './Reactions'
import { State } from './State'
import { Versions } from './Versions'
import { groupOf, limitsOf, meaningOf, rewardOf } from './words'

const { facts } = words

export function ReactorPage() {
  const { reactorId } = useParams({ strict: false }) as { reactorId: string }
  const query = useQuery(reactorsQuery)
  const reactor = query.data?.find((one) => one.id === reactorId)
  if (reactor) return <Reactor reactor={reactor} />
  return (
    <Page title={words.one}>
      <Answered query={query} rows={6}>
        {() => <Empty title={words.notThere} action={<Link to="/reactors">{words.all}</Link>} />}
      </Answered>
    </Page>
  )
}

function Reactor({ reactor }: { reactor: ReactorView }) {
  const maySeeSums = useMayDo(VIEWERS)
  return (
    <Page title={reactor.name} intro={reactor.description} actions={<Lifecycle reactor={reactor} />}>
      {reactor.isLocked && (
        <Alert color="blue" variant="light" role="note">
          {words.locked(called(enums.reactorOwner, reactor.ownerType ?? ''))}
        </Alert>
      )}
      <div className="pc-columns">
        <div className="pc-stack">
          <Section title={words.one}>
            <About reactor={reactor} />
          </Section>
          <Section title={words.constraint}>
            <Constraint constraint={reactor.constraint as Json} />
          </Section>
          <Section title={words.reactions}>
            <Reactions reactions={reactor.reactions as Json} />
          </Section>
        </div>
        <div className="pc-stack">
          {maySeeSums && (
            <Section title={words.activations}>
              <Activations reactor={reactor} />
            </Section>
          )}
          <Section title={words.backtests.title}>
            <Backtests reactorId={reactor.id} />
          </Section>
          <Section title={words.versions.title}>
            <Versions reactorId={reactor.id} />
          </Section>
        </div>
      </div>
    </Page>
  )
}

function Activations({ reactor }: { reactor: ReactorView }) {
  const [period, onPeriod] = usePeriod('30d')
  return (
    <VolumeChart
      query={useQuery(reactorVolumesQuery(period, reactor.id))}
      period={period}
      onPeriod={onPeriod}
      bucketsOf={({ reactors }) => reactors[0]?.buckets ?? []}
      title={volumes.activations}
      series={volumes.activationsSeries}
      sum={volumes.sumActivations}
      colour="green"
    />
  )
}

function About({ reactor }: { reactor: ReactorView }) {
  const types = useQuery(eventTypesQuery)
  const type = types.data?.find((one) => one.id === reactor.eventType.id)
  const { effectivity } = reactor
  return (
    <Facts
      items={[
        [facts.id, <Id key="id" value={reactor.id} />],
        [
          facts.eventType,
          type ? (
            <Link key="t" to="/event-types/$name" params={{ name: type.name }} search={{}}>
              {type.name}
            </Link>
          ) : (
            reactor.eventType.id
          ),
        ],
        [
          facts.state,
          <span key="s">
            <State state={reactor.state} /> {meaningOf(reactor.state)}
          </span>,
        ],
        [facts.gives, rewardOf(reactor)],
        [facts.most, <Limits key="l" reactor={reactor} />],
        [facts.priority, facts.priorityOf(reactor.priority)],
        [facts.group, <Group key="g" reactor={reactor} />],
        [facts.from, effectivity?.start ? <Time key="f" value={effectivity.start} /> : facts.always],
        [facts.until, effectivity?.end ? <Time key="e" value={effectivity.end} /> : facts.noEnd],
        [facts.version, reactor.version],
        [facts.created, <Time key="c" value={reactor.createdAt} />],
        [facts.changed, <Time key="u" value={reactor.updatedAt} />],
        [facts.ended, reactor.endedAt ? <Time key="n" value={reactor.endedAt} /> : facts.notEnded],
      ]}
    />
  )
}

function Limits({ reactor }: { reactor: ReactorView }) {
  const limits = limitsOf(reactor)
  if (limits.length === 0) return words.noLimit
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
        <ul className="pc-faults" aria-label={facts.others}>
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
