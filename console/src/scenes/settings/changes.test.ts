import { expect, test } from 'vitest'
import { browserOf } from './browser'
import { changesOf, dayEnd, dayStart } from './changes'

test('members that differ are told, and nothing that every change has', () => {
  const before = { name: 'A', version: 1, updatedAt: 'x', tags: ['a'], gone: 1 }
  const after = { name: 'B', version: 2, updatedAt: 'y', tags: ['a'], fresh: null }
  expect(changesOf(before, after)).toEqual([
    { name: 'name', before: 'A', after: 'B' },
    { name: 'gone', before: 1, after: undefined },
  ])
  expect(changesOf(null, { id: 1 })).toEqual([{ name: 'id', before: undefined, after: 1 }])
})

test('a day is whole, as the programme’s clocks have it', () => {
  expect(dayStart('2026-12-31', 'UTC')).toBe('2026-12-31T00:00:00.000Z')
  expect(dayEnd('2026-12-31', 'Europe/Vienna')).toBe('2026-12-31T23:00:00.000Z')
  expect(dayEnd('2026-03-29', 'Europe/Vienna')).toBe('2026-03-29T22:00:00.000Z')
  expect(dayStart('2026-04-24', 'Africa/Cairo')).toBe('2026-04-23T22:00:00.000Z')
  expect(dayEnd('tomorrow', 'UTC')).toBeUndefined()
  expect(dayStart('2026-02-31', 'UTC')).toBeUndefined()
})

test('browsers are named by what they call themselves', () => {
  expect(browserOf('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36')).toBe('Chrome, Windows')
  expect(browserOf('curl/8')).toBe('curl/8')
  expect(browserOf(undefined)).toBeUndefined()
})
