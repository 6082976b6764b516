import { expect, it } from 'vitest'
import { instantOf, shown } from './time'

it.each([
  ['2026-03-01 09:30', 'Europe/Vienna', '2026-03-01T08:30:00.000Z'],
  ['2026-07-01 09:30:15', 'Europe/Vienna', '2026-07-01T07:30:15.000Z'],
  ['2026-07-01T09:30', 'America/New_York', '2026-07-01T13:30:00.000Z'],
  ['2026-01-01', 'Asia/Kathmandu', '2025-12-31T18:15:00.000Z'],
  ['2026-03-01T09:30:00Z', 'Europe/Vienna', '2026-03-01T09:30:00.000Z'],
  ['2026-03-01 09:30:00.250+02:00', 'Europe/Vienna', '2026-03-01T07:30:00.250Z'],
  // The day on which the clocks go forward, and the one on which they go back.
  ['2026-03-29 03:00', 'Europe/Vienna', '2026-03-29T01:00:00.000Z'],
  ['2026-10-25 12:00', 'Europe/Vienna', '2026-10-25T11:00:00.000Z'],
])('reads %s in %s as %s', (text, zone, instant) => {
  expect(instantOf(text, zone)).toBe(instant)
})

it.each(['', 'yesterday', '2026-13-01', '2026-02-30 10:00', '2026-01-01 25:00', '01.02.2026'])('refuses %j', (text) => {
  expect(() => instantOf(text, 'UTC')).toThrow(/Write a date|no such date/)
})

it('says when the clocks skip a time', () => {
  expect(() => instantOf('2026-03-29 02:30', 'Europe/Vienna')).toThrow('skip this time')
})

it('shows an instant in the zone', () => {
  expect(shown('2026-03-01T23:30:00.000Z', 'Europe/Vienna')).toBe('2026-03-02 00:30:00')
})
