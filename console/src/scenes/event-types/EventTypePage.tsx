import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { eventTypes as words } from '#words/event-types'
import { volumes } from '#words/volumes'
import { eventTypesQuery, reactorsQuery, type EventTypeView } from '../../api/queries'
import { eventVolumesQuery } from '../../api/volumes'
import { Answered, Empty } from '../../parts/notices'
import { Page, Section } from '../../parts/Page'
import { Facts, Id, JsonBlock, Time } from '../../parts/values'
import { usePeriod } from '../../parts/PeriodChoice'
import { VolumeChart } from '../../parts/Volume'
import { State } from '../reactors/State'
import { EDITORS, OWNERS, useMayDo, VIEWERS } from '../../parts/roles'
import { Actions } from './Actions'
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
    <Page title={words.one}>
      <Answered query={query} rows={6}>
        {() => <Empty title={words.notThere(name)} action={<Link to="/event-types">{words.all}</Link>} />}
      </Answered>
    </Page>
  )
}

function EventType({ type }: { type: EventTypeView }) {
  const maySeeSecrets = useMayDo(OWNERS)
  const maySeeSums = useMayDo(VIEWERS)
  return (
    <Page title={type.name} intro={type.description} actions={<Actions type={type} />}>
      <div className="pc-columns">
        <div className="pc-stack">
          <Section title={words.one}>
            <Facts
              items={[
                [words.facts.id, <Id key="id" value={type.id} />],
                [words.facts.reporter, reporterOf(type)],
                ...(type.command ? ([[words.facts.command, type.command]] as [string, string][]) : []),
                [words.facts.state, type.isActive ? words.facts.active : words.facts.archived],
                [words.facts.version, type.version],
                [words.facts.activity, type.omitFromUserActivity ? words.facts.omitted : words.facts.shown],
                [words.facts.created, <Time key="c" value={type.createdAt} />],
                [words.facts.changed, <Time key="u" value={type.updatedAt} />],
                [
                  words.facts.events,
                  <Link key="e" to="/events" search={{ type: type.name }}>
                    {words.facts.inStream}
                  </Link>,
                ],
              ]}
            />
          </Section>
          {!type.isIntrinsic && (
            <Section title={words.settings}>
              <Facts items={settingsOf(type)} />
            </Section>
          )}
          <Section title={words.reactors}>
            <Listeners type={type} />
          </Section>
        </div>
        <div className="pc-stack">
          {maySeeSums && (
            <Section title={words.volume}>
              <Volume type={type} />
            </Section>
          )}
          <Section title={words.schema}>
            {type.schema == null ? (
              <Empty title={words.noSchema}>{words.noSchemaMeans}</Empty>
            ) : (
              <JsonBlock value={type.schema} label={words.schema} />
            )}
          </Section>
          {!type.isIntrinsic && (
            <Section title={words.enhancers}>
              <Enhancers type={type} />
            </Section>
          )}
          {Array.isArray(type.metaTypeMappings) && type.metaTypeMappings.length > 0 && (
            <Section title={words.mappings}>
              <JsonBlock value={type.metaTypeMappings} label={words.mappings} />
            </Section>
          )}
        </div>
      </div>
      {type.isPrivate && !type.isIntrinsic && maySeeSecrets && (
        <Section title={words.secrets.title}>
          <Secrets eventType={type.name} />
        </Section>
      )}
      {!type.isIntrinsic && (
        <Section title={words.versions.title}>
          <Versions eventType={type.name} />
        </Section>
      )}
    </Page>
  )
}

function Volume({ type }: { type: EventTypeView }) {
  const [period, onPeriod] = usePeriod('30d')
  return (
    <VolumeChart
      query={useQuery(eventVolumesQuery(period, type.id))}
      period={period}
      onPeriod={onPeriod}
      bucketsOf={({ eventTypes }) => eventTypes[0]?.buckets ?? []}
      title={volumes.events}
      series={volumes.eventsSeries}
      sum={volumes.sumEvents}
      colour="blue"
    />
  )
}

function Listeners({ type }: { type: EventTypeView }) {
  return (
    <Answered query={useQuery(reactorsQuery)} rows={2}>
      {(reactors) => {
        const own = reactors.filter((reactor) => reactor.eventType.id === type.id)
        if (own.length === 0)
          return <Empty title={words.noReactor} action={<AddFor type={type} />}>{words.noReactorYet}</Empty>
        return (
          <ul className="pc-links">
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

function AddFor({ type }: { type: EventTypeView }) {
  if (!useMayDo(EDITORS)) return null
  return (
    <Button component={Link} size="xs" variant="default" to="/reactors/new" search={{ type: type.name } as never}>
      {words.addReactor}
    </Button>
  )
}
