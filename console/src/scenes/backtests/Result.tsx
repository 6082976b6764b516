// What a reactor would have given in the past, beside what was given then.

import { Alert, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { backtests as words } from '#words/backtests'
import { userQuery } from '../../api/queries'
import { useSession } from '../../api/session'
import { Chart } from '../../parts/Chart'
import { Empty } from '../../parts/notices'
import { Section } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'
import { written } from '../../parts/numbers'
import { shown } from '../../parts/time'
import { nameOf } from '../../parts/user'
import { Points, signed } from '../../parts/values'
import { counted } from '#words/counted'

type Sum = { points: number; pointsThen: number; difference: number; fired: number; firedThen: number }
export type BacktestResult = Sum & {
  eventType: string
  reactorName: string
  reactorId: string | null
  reactorVersion: number | null
  isChanged: boolean
  from: string
  to: string
  events: number
  isComplete: boolean
  outcomes: Record<string, number>
  pointsCutOff: number
  members: number
  membersReached: number
  membersReachedThen: number
  pointsPerMember: number | string
  days: (Sum & { day: string; events: number })[]
  top: (Sum & { userId: string })[]
  assumptions: string[]
  assumed: number
}

/** What is tried, and on the events of which time. */
export function Tried(props: Pick<BacktestResult, 'reactorName' | 'reactorVersion' | 'isChanged' | 'eventType' | 'from' | 'to'>) {
  const zone = useSession().tenant.timeZone
  return (
    <Text size="sm" c="dimmed" mb="sm" className="pc-break">
      {words.tried(props.reactorName, props.reactorVersion, props.isChanged)}. {words.period} {props.eventType}:{' '}
      {words.periodOf(shown(props.from, zone), shown(props.to, zone))}.
    </Text>
  )
}

export function Result({ result }: { result: BacktestResult }) {
  return (
    <>
      <Section title={words.result}>
        <Text size="lg" fw={600} role="status">
          {words.sum(result.difference)}
        </Text>
        <Tried {...result} />
        {!result.isComplete && (
          <Alert color="orange" variant="light" mb="sm">
            {words.incomplete}
          </Alert>
        )}
        {result.events === 0 ? <Empty title={words.noEvents}>{words.noEventsYet}</Empty> : <Figures result={result} />}
      </Section>
      {result.events > 0 && (
        <>
          <section className="pc-section">
            <Days days={result.days} />
          </section>
          <div className="pc-columns">
            <Section title={words.top}>
              {result.top.length === 0 ? <Empty title={words.nobody} /> : <Table columns={TOP} rows={result.top} idOf={(row) => row.userId} />}
            </Section>
            <Section title={words.outcomes}>
              <Table columns={OUTCOMES} rows={Object.entries(result.outcomes)} idOf={([code]) => code} />
            </Section>
          </div>
        </>
      )}
      <Section title={words.assumptions}>
        <ul className="pc-faults">
          {result.assumptions.map((assumption) => (
            <li key={assumption}>{assumption}</li>
          ))}
          {result.assumed > 0 && <li>{words.assumed(counted(result.assumed, words.event))}</li>}
        </ul>
      </Section>
    </>
  )
}

type Figure = { what: string; now: number | string; then?: number; difference?: number }

const FIGURES: Column<Figure>[] = [
  { name: words.columns.what, cell: (row) => row.what },
  { name: words.columns.now, isNumber: true, cell: (row) => (typeof row.now === 'number' ? written(row.now) : row.now) },
  { name: words.columns.then, isNumber: true, cell: (row) => (row.then === undefined ? '' : written(row.then)) },
  { name: words.columns.difference, isNumber: true, cell: (row) => (row.difference === undefined ? '' : <Points value={row.difference} />) },
]

function Figures({ result }: { result: BacktestResult }) {
  const both = (what: string, now: number, then: number): Figure => ({ what, now, then, difference: now - then })
  const rows: Figure[] = [
    both(words.rows.points, result.points, result.pointsThen),
    both(words.rows.fired, result.fired, result.firedThen),
    both(words.rows.members, result.membersReached, result.membersReachedThen),
    { what: words.rows.perMember, now: String(result.pointsPerMember) },
    { what: words.rows.cutOff, now: result.pointsCutOff },
    { what: words.rows.events, now: result.events },
    { what: words.rows.all, now: result.members },
  ]
  return <Table columns={FIGURES} rows={rows} idOf={(row) => row.what} />
}

function Days({ days }: { days: BacktestResult['days'] }) {
  const axis = { key: 'day', name: words.columns.day }
  return (
    <Chart
      title={words.days}
      kind="bar"
      rows={days.map(({ day, points, pointsThen, fired, events }) => ({ day, points, pointsThen, fired, events }))}
      axis={axis}
      series={[
        { key: 'points', name: words.with, colour: 'blue' },
        { key: 'pointsThen', name: words.then, colour: 'grey' },
      ]}
    />
  )
}

const TOP: Column<BacktestResult['top'][number]>[] = [
  { name: words.columns.member, cell: (row) => <Member id={row.userId} /> },
  { name: words.columns.now, isNumber: true, cell: (row) => written(row.points) },
  { name: words.columns.then, isNumber: true, cell: (row) => written(row.pointsThen) },
  { name: words.columns.difference, isNumber: true, cell: (row) => signed(row.difference) },
]

function Member({ id }: { id: string }) {
  const { data } = useQuery(userQuery(id))
  return (
    <Link to="/users/$userId" params={{ userId: id }} search={{}} className="pc-break">
      {data ? nameOf(data) : id}
    </Link>
  )
}

const OUTCOMES: Column<[string, number]>[] = [
  { name: words.columns.outcome, cell: ([code]) => words.outcomeWords[code] ?? code },
  { name: words.columns.events, isNumber: true, cell: ([, events]) => written(events) },
]
