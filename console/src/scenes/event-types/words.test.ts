import { expect, test } from 'vitest'
import type { EventTypeVersionView } from '../../api/queries'
import { changesOf, settingsOf, stateOf } from './words'

const told = (settings: object, enhancers: string[] = []) => Object.fromEntries(settingsOf({ settings, enhancers }))

test('an event type without settings takes what the engine takes, and refuses duplicates for a minute', () => {
  expect(told({})).toEqual({
    'Unknown fields': 'taken',
    'Broken payload': 'refused',
    'Late event': 'taken',
    'Earliest time': 'as far back as the engine allows',
    'Latest time': 'as far ahead as the engine allows',
    Duplicate: 'refused for 1 minute',
    'Same content': 'the same payload',
    'Near-duplicate': 'not looked for',
  })
})

test.each([
  [{ allowUnknown: false }, 'Unknown fields', 'refused: the schema has to name them'],
  [{ onInvalid: 'quarantine' }, 'Broken payload', 'kept in quarantine'],
  [{ latePolicy: 'hold', lateAfterDays: 30 }, 'Late event', 'kept in quarantine, when more than 30 days old'],
  [{ latePolicy: 'reject', lateAfterDays: 1 }, 'Late event', 'refused, when more than 1 day old'],
  [{ occurredPastDays: 0 }, 'Earliest time', '0 days back'],
  [{ occurredFutureSeconds: 3_600 }, 'Latest time', '1 hour ahead'],
  [{ duplicateWindowSeconds: 0 }, 'Duplicate', 'taken'],
  [{ duplicateWindowSeconds: 90 }, 'Duplicate', 'refused for 90 seconds'],
  [{ duplicateInclude: ['/a', '/b'] }, 'Same content', 'the same /a, /b, whatever else differs'],
  [{ duplicateExclude: ['/a'] }, 'Same content', 'the same payload, but for /a'],
  [{ nearDuplicatePointer: '/order' }, 'Near-duplicate', 'recorded and flagged, where /order says the same again'],
])('%j: %s is %s', (settings, name, words) => {
  expect(told(settings)[name]).toBe(words)
})

test('a random number makes duplicates impossible, whatever the window', () => {
  expect(told({ duplicateWindowSeconds: 90 }, ['RANDOM_NUMBER']).Duplicate).toContain('taken')
})

test('a version is told by what it says otherwise than the one before', () => {
  const first = { version: 1, description: 'A', schema: null, settings: {}, enhancers: [] } as unknown as EventTypeVersionView
  const second = { ...first, version: 2, schema: { type: 'object' }, enhancers: ['POINTS_ENHANCER'] }
  expect(changesOf(first, undefined)).toBe('the first one')
  expect(changesOf(second, first)).toBe('schema, enhancers')
})

const NOW = Date.parse('2026-03-01T00:00:00Z')
const FREE = { expiresAt: null, revokedAt: null, successorId: null }

test.each([
  [{}, 'valid'],
  [{ expiresAt: '2026-03-01T00:00:01Z' }, 'valid'],
  [{ expiresAt: '2026-03-01T00:00:00Z' }, 'expired'],
  [{ expiresAt: '2026-03-02T00:00:00Z', successorId: 'x' }, 'being replaced'],
  [{ expiresAt: '2026-03-02T00:00:00Z', revokedAt: '2026-02-01T00:00:00Z' }, 'revoked'],
])('a secret with %j is %s', (secret, state) => {
  expect(stateOf({ ...FREE, ...secret }, NOW)).toBe(state)
})
