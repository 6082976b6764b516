// How much there was of something over time: a chart with its period, and the number for a list.

import { Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { CountView } from '../api/generated/types.gen'
import { periods } from '#words/periods'
import { volumes as words } from '#words/volumes'
import { Chart, type Colour } from './Chart'
import { Answered } from './notices'
import { PeriodChoice } from './PeriodChoice'
import { written } from './numbers'
import { bucketName, type Period } from './periods'
import { Time } from './values'

type Counted = { unit: string; timeZone: string; countedSince?: string | null }

type Props<Answer extends Counted> = {
  query: UseQueryResult<Answer>
  period: Period
  onPeriod: (period: string) => void
  bucketsOf: (answer: Answer) => CountView[]
  title: (unit: string) => string
  series: string
  sum: (count: number) => string
  colour: Colour
}

export function VolumeChart<Answer extends Counted>(props: Props<Answer>) {
  const { query, period, onPeriod, bucketsOf, series, colour } = props
  return (
    <div className="pc-stack">
      <PeriodChoice period={period} onPeriod={onPeriod} />
      <Answered query={query} rows={1} height={280}>
        {(answer) => {
          const buckets = bucketsOf(answer)
          const total = buckets.reduce((sum, { count }) => sum + count, 0)
          const rows = buckets.map(({ start, count }) => ({ time: bucketName(start, answer.unit, answer.timeZone), count }))
          return (
            <>
              <Chart
                title={props.title(words.units[answer.unit] ?? answer.unit)}
                level={3}
                kind="bar"
                rows={rows}
                axis={{ key: 'time', name: words.time }}
                series={[{ key: 'count', name: series, colour }]}
              />
              <Text size="sm" c="dimmed">
                {words.sum(written(total), props.sum(total), periods.periods[period])} <CountedSince of={answer} />
              </Text>
            </>
          )
        }}
      </Answered>
    </div>
  )
}

/** Said where there was more than the server counts at a time. */
export function CountedSince({ of }: { of: Counted | undefined }) {
  if (!of?.countedSince) return null
  return (
    <>
      {words.since} <Time value={of.countedSince} /> {words.on}
    </>
  )
}

/** The number for one row of a list: what is not among the found is none. */
export function Count({ query, of }: { query: { data: unknown; error: unknown }; of: number | undefined }) {
  if (query.data !== undefined) return <>{written(of ?? 0)}</>
  return <span className="pc-nothing">{query.error ? words.unknown : words.counting}</span>
}
