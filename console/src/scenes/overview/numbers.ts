// From what the server counts to what the charts draw.

import type { StatisticsView } from '../../api/generated/types.gen'
import { bucketName } from '../../parts/periods'

const MINUTES: Record<string, number> = { HOUR: 60, DAY: 1_440 }

export type Drawn = { time: string; rate: number; earned: number; spent: number; expired: number }

/** One row a bucket, its time in the programme's zone. A rate of the newest bucket is over the part that has passed. */
export function drawn(statistics: StatisticsView): Drawn[] {
  const { unit, timeZone, until } = statistics
  return statistics.buckets.map(({ start, events, earned, spent, expired }) => {
    const passed = Math.max(1, (Date.parse(until) - Date.parse(start)) / 60_000)
    const minutes = Math.min(MINUTES[unit] ?? 60, passed)
    const rate = Math.round((events / minutes) * 100) / 100
    return { time: bucketName(start, unit, timeZone), rate, earned, spent, expired }
  })
}

/** What all buckets come to. */
export function totals(statistics: StatisticsView) {
  const sum = { events: 0, earned: 0, spent: 0, expired: 0 }
  for (const bucket of statistics.buckets)
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += bucket[name]
  const minutes = Math.max(1, (Date.parse(statistics.until) - Date.parse(statistics.since)) / 60_000)
  return { ...sum, rate: Math.round((sum.events / minutes) * 100) / 100 }
}
