// Numbers and lengths of time as they are said.

import { written } from '../../parts/numbers'

/** `1 day`, `1,200 days`. */
export function counted(number: number, one: string): string {
  return `${written(number)} ${one}${number === 1 ? '' : 's'}`
}

const UNITS: [number, string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
]

/** Seconds in the largest unit of which they are a whole number. */
export function lengthOfSeconds(seconds: number): string {
  const [size, unit] = UNITS.find(([size]) => seconds >= size && seconds % size === 0) ?? [1, 'second']
  return counted(seconds / size, unit)
}

const ISO = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/
const ISO_UNITS = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second']

/** A length as ISO 8601 writes it, such as `P1DT12H`; what is none stays as it is. */
export function lengthOf(iso: string): string {
  const parts = (ISO.exec(iso)?.slice(1) ?? [])
    .map((number, place) => (number ? counted(Number(number), ISO_UNITS[place]!) : ''))
    .filter(Boolean)
  return parts.length ? parts.join(' and ') : iso
}
