// How the programme does: the first page.

import { Group, Text } from '@mantine/core'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { Link, Navigate } from '@tanstack/react-router'
import { overview as words } from '#words/overview'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { StatisticsView } from '../../api/generated/types.gen'
import { Chart } from '../../parts/Chart'
import { Answered, Empty } from '../../parts/notices'
import { written } from '../../parts/numbers'
import { Page, Section } from '../../parts/Page'
import { PeriodChoice, usePeriod } from '../../parts/PeriodChoice'
import type { Period } from '../../parts/periods'
import { useRole } from '../../parts/roles'
import { Table, type Column } from '../../parts/Table'
import { Points, Time } from '../../parts/values'
import { drawn, totals } from './numbers'
import { TimeChoice, timeOf, useTime, type Time as Counted } from './TimeChoice'

const AGAIN_MS = 60_000

const statisticsQuery = (period: Period, time: Counted) =>
  queryOptions({
    queryKey: ['statistics', period, time],
    queryFn: async ({ signal }) => (await call((to) => api.getStatistics({ ...to, query: { period, time } }), signal)).data,
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  })

export function Overview() {
  // A till has no use for sums, and the server would not tell it.
  return useRole() === 'INTEGRATION' ? <Navigate to="/events" search={{}} replace /> : <Sums />
}

function Sums() {
  const [period, choose] = usePeriod('30d')
  const [time, chooseTime] = useTime()
  const query = useQuery(statisticsQuery(period, time))
  return (
    <Page title={words.title}>
      <Group gap="sm">
        <PeriodChoice period={period} onPeriod={choose} />
        <TimeChoice time={time} onTime={chooseTime} />
      </Group>
      <Answered query={query} rows={4} height={120}>
        {(statistics) => <Shown statistics={statistics} />}
      </Answered>
    </Page>
  )
}


function Shown({ statistics }: { statistics: StatisticsView }) {
  const sum = totals(statistics)
  const { balance, pending, debt, members } = statistics.liability
  const rows = drawn(statistics)
  const axis = { key: 'time', name: words.time }
  const unit = words.units[statistics.unit] ?? statistics.unit
  // Of what is shown, which may still be what was asked for before.
  const told = words.told[timeOf(statistics.time)]
  return (
    <>
      <dl className="pc-figures">
        <Figure name={words.events} value={written(sum.events)} about={words.perMinute(written(sum.rate))} />
        <Figure name={words.earned} value={written(sum.earned)} />
        <Figure name={words.spent} value={written(sum.spent)} />
        <Figure name={words.expired} value={written(sum.expired)} />
        <Figure
          name={words.liability}
          value={written(balance)}
          about={`${words.members(written(members))}; ${words.liabilityAbout(written(pending), written(debt))}`}
        />
      </dl>
      {sum.events === 0 && <Empty title={told.quiet}>{words.quietWhy}</Empty>}
      <div className="pc-columns">
        <section className="pc-section">
          <Chart
            title={words.eventsTitle(unit, told.as)}
            kind="area"
            rows={rows}
            axis={axis}
            series={[{ key: 'rate', name: words.rate, colour: 'blue' }]}
          />
        </section>
        <section className="pc-section">
          <Chart
            title={words.pointsTitle(unit, told.as)}
            kind="line"
            rows={rows}
            axis={axis}
            series={[
              { key: 'earned', name: words.pointsEarned, colour: 'green' },
              { key: 'spent', name: words.pointsSpent, colour: 'violet' },
              { key: 'expired', name: words.pointsExpired, colour: 'orange' },
            ]}
          />
        </section>
        <Section title={words.reactors(told.as)}>
          {statistics.reactors.length === 0 ? (
            <p className="pc-nothing">{words.noReactors}</p>
          ) : (
            <Table columns={REACTORS} rows={statistics.reactors} idOf={(one) => one.reactorId} />
          )}
        </Section>
        <Section title={words.refused}>
          <Text size="sm" c="dimmed" mb="xs">
            {words.refusedAbout}
          </Text>
          {statistics.refused.length === 0 || statistics.refused.every((one) => one.count === 0) ? (
            <p className="pc-nothing">{words.nothingRefused}</p>
          ) : (
            <Table columns={REFUSED} rows={statistics.refused} idOf={(one) => one.reason} />
          )}
        </Section>
      </div>
      <Text size="xs" c="dimmed">
        {words.asOf} <Time value={statistics.until} />
      </Text>
    </>
  )
}

function Figure({ name, value, about }: { name: string; value: string; about?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
        {about && <span>{about}</span>}
      </dd>
    </div>
  )
}

const REACTORS: Column<StatisticsView['reactors'][number]>[] = [
  {
    name: words.reactor,
    cell: (one) => (
      <Link to="/reactors/$reactorId" params={{ reactorId: one.reactorId }} search={{}}>
        {one.name}
      </Link>
    ),
  },
  { name: words.activations, isNumber: true, cell: (one) => written(one.activations) },
  { name: words.points, isNumber: true, cell: (one) => <Points value={one.points} /> },
]

const REFUSED: Column<StatisticsView['refused'][number]>[] = [
  { name: words.reason, cell: (one) => words.reasons[one.reason] ?? one.reason },
  { name: words.count, isNumber: true, cell: (one) => written(one.count) },
]
