// Times in the programme's own zone, wherever the administrator sits.

import { parts } from '#words/parts'

type Wall = { year: number; month: number; day: number; hour: number; minute: number; second: number }

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(zone, format)
  }
  return format
}

function wallOf(instant: number, zone: string): Wall {
  const read = Object.fromEntries(formatOf(zone).formatToParts(instant).map((part) => [part.type, Number(part.value)]))
  return read as unknown as Wall
}

const two = (number: number) => String(number).padStart(2, '0')
const utcOf = (wall: Wall) => Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second)

/** `2026-11-24`: the day in the zone. */
export const dayOf = (instant: string | number, zone: string) => shown(instant, zone).slice(0, 10)

/** `2026-11-24 03:56:44`, in the zone: so in every language. */
export function shown(instant: string | number, zone: string): string {
  const wall = wallOf(typeof instant === 'number' ? instant : Date.parse(instant), zone)
  return `${wall.year}-${two(wall.month)}-${two(wall.day)} ${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`
}

const WALL = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?$/
const WITH_OFFSET = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:Z|[+-]\d\d:\d\d)$/i

/** The instant (RFC 3339, UTC) that a text names: a date and a time in the zone, or with an offset of its own.
 * Throws: an Error that says what to write. */
export function instantOf(text: string, zone: string): string {
  const written = text.trim()
  if (WITH_OFFSET.test(written)) {
    const read = Date.parse(written.replace(' ', 'T').replace(/\s+/g, ''))
    if (!Number.isNaN(read)) return new Date(read).toISOString()
  }
  const read = WALL.exec(written)
  if (!read) throw new Error(parts.time.write)
  const [year, month, day, hour = 0, minute = 0, second = 0] = read.slice(1).map((part) => Number(part ?? 0)) as number[]
  const wall = { year, month, day, hour, minute, second } as Wall
  const wanted = utcOf(wall)
  if (shown(wanted, 'UTC') !== textOf(wall)) throw new Error(parts.time.none)
  // The zone's offset depends on the instant: the first guess finds it, the second is right but for a change of clocks.
  let instant = wanted
  for (let round = 0; round < 3; round++) instant += wanted - utcOf(wallOf(instant, zone))
  if (utcOf(wallOf(instant, zone)) !== wanted)
    throw new Error(parts.time.skipped(zone))
  return new Date(instant).toISOString()
}

function textOf(wall: Wall): string {
  return `${String(wall.year).padStart(4, '0')}-${two(wall.month)}-${two(wall.day)} ${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)}`
}
