import { expect, test } from 'vitest'
import { agoOf } from './ago'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

test.each([
  [-1_000, 'just now'],
  [1_000, 'in a moment'],
  [-50_000, '1 min. ago'],
  [-59 * MINUTE, '59 min. ago'],
  [90 * MINUTE, 'in 1 hr.'],
  [-DAY, '1 day ago'],
  [-29 * DAY, '29 days ago'],
  [-31 * DAY, '1 mo. ago'],
  [800 * DAY, 'in 2 yr.'],
])('%i milliseconds away is told as %s', (away, said) => {
  expect(agoOf(1_800_000_000_000 + away, 1_800_000_000_000)).toBe(said)
})
