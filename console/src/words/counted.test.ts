import { expect, test } from 'vitest'
import { counted, lengthOf, lengthOfSeconds } from '#words/counted'

test('numbers have their unit in the singular or the plural', () => {
  expect([counted(1, 'day'), counted(0, 'day'), counted(1_200, 'point')]).toEqual(['1 day', '0 days', '1,200 points'])
})

test.each([
  [1, '1 second'],
  [90, '90 seconds'],
  [60, '1 minute'],
  [5_400, '90 minutes'],
  [3_600, '1 hour'],
  [86_400, '1 day'],
  [604_800, '7 days'],
])('%d seconds are %s', (seconds, words) => {
  expect(lengthOfSeconds(seconds)).toBe(words)
})

test.each([
  ['P7D', '7 days'],
  ['PT1H', '1 hour'],
  ['P1M', '1 month'],
  ['PT1M', '1 minute'],
  ['P1Y6M', '1 year and 6 months'],
  ['P1DT12H', '1 day and 12 hours'],
  ['P2W', '2 weeks'],
  ['whatever', 'whatever'],
])('%s is %s', (iso, words) => {
  expect(lengthOf(iso)).toBe(words)
})
