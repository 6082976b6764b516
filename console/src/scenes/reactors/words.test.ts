import { expect, test } from 'vitest'
import { formOf, groupOf, limitsOf, meaningOf, rewardOf } from './words'

test.each([
  [{ activations: 1, context: 'SUBJECT' }, 'once for each user'],
  [{ activations: 3, per: 'DAY', context: 'SUBJECT' }, '3 times a day for each user'],
  [{ activations: 1, per: 'P7D', context: 'SUBJECT' }, 'once within any 7 days for each user'],
  [{ points: 100, per: 'MONTH', context: 'TENANT' }, '100 points a month in the programme'],
  [{ points: 1_000, context: 'SUBJECT' }, '1,000 points ever, for each user'],
  [{ points: 1, per: 'HOUR', context: 'GLOBAL' }, '1 point an hour in all'],
])('%j is %s', (limit, words) => {
  expect(limitsOf({ maxActivations: null, activationContext: 'SUBJECT', limits: [limit] })).toEqual([words])
})

test('activations that are bounded for ever come first; without limits there is none', () => {
  const limits = [{ activations: 2, per: 'WEEK', context: 'SUBJECT' }]
  expect(limitsOf({ maxActivations: 500, activationContext: 'TENANT', limits })).toEqual([
    '500 times in the programme',
    '2 times a week for each user',
  ])
  expect(limitsOf({ maxActivations: null, activationContext: 'SUBJECT', limits: [] })).toEqual([])
})

test.each([
  [null, 'none'],
  [{ name: 'g', mode: 'ALL' }, 'g: all of its reactors that can fire do'],
  [{ name: 'g', mode: 'FIRST_MATCH' }, 'g: of its reactors the first one that can fires, by priority, and no other'],
  [{ name: 'g', mode: 'BEST' }, 'g: of its reactors the one that gives the most points fires, and no other'],
])('a group %j is %s', (group, words) => {
  expect(groupOf({ group })).toBe(words)
})

test.each([
  [null, 'none'],
  [{}, 'none'],
  ['payload.total > 5', 'expression'],
  [{ all: [] }, 'rows'],
  [{ none: [] }, 'rows'],
  [{ properties: {} }, 'schema'],
])('a constraint %j is written as %s', (constraint, form) => {
  expect(formOf(constraint)).toBe(form)
})

test('points say when they can be spent, and when they run out', () => {
  const points = { operation: 'SUM', arguments: [{ type: 'NUMBER', value: '5' }] }
  const reactions = [{ type: 'POINTS', points, usableAfter: 'P14D', expiresAfter: 'P1Y' }]
  expect(rewardOf({ reactions })).toBe('5 points, usable after 14 days, running out after 1 year')
})

test('every state has a sentence', () => {
  for (const state of ['DRAFT', 'SCHEDULED', 'LIVE', 'PAUSED', 'ENDED']) expect(meaningOf(state)).toMatch(/^It .*\.$/)
})

test('points that are no plain number are as many as what they are worked out from', () => {
  const total = { type: 'JSON_VALUE', value: 'total' }
  const reactions = [{ type: 'POINTS', points: { operation: 'PRODUCT', arguments: [total, { type: 'NUMBER', value: '2' }] } }]
  expect(rewardOf({ reactions })).toBe('as many points as the payload’s total × 2')
})
