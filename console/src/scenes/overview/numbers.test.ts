import { expect, test } from 'vitest'
import type { StatisticsView } from '../../api/generated/types.gen'
import { drawn, totals } from './numbers'

const bucket = (start: string, events: number) => ({ start, events, earned: 10, spent: 4, expired: 1, adjusted: 0 })
const statistics: StatisticsView = {
  period: '24h',
  unit: 'HOUR',
  timeZone: 'Europe/Vienna',
  since: '2026-11-27T03:00:00.000Z',
  until: '2026-11-27T04:30:00.000Z',
  buckets: [bucket('2026-11-27T03:00:00.000Z', 120), bucket('2026-11-27T04:00:00.000Z', 60)],
  liability: { balance: 1, pending: 0, debt: 0, members: 1 },
  refused: [],
  reactors: [],
  time: 'occurred',
}

test('a rate is over the minutes that have passed, and times are the programme’s', () => {
  expect(drawn(statistics)).toEqual([
    { time: '11-27 04:00', rate: 2, earned: 10, spent: 4, expired: 1 },
    { time: '11-27 05:00', rate: 2, earned: 10, spent: 4, expired: 1 },
  ])
  expect(totals(statistics)).toEqual({ events: 180, earned: 20, spent: 8, expired: 2, rate: 2 })
})
