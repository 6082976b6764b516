// What the conditions of a query mean: to the server, as parameters of the list of events, and to an event that has just
// come over the live connection, which the server narrows by type and subject alone.

import { stream } from '#words/stream'
import { ExactNumber, isObject, type Json } from '../../api/exactJson'
import type { EventFilters, EventView } from '../../api/queries'
import { dayOf, instantOf } from '../../parts/time'
import type { Condition, QueryFault } from './query'
import { compareNumbers, isNumber } from './numbers'

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }
const AGO = /^(\d{1,5})([smhdw])$/

/** The instant (RFC 3339) that a time means: `2h` ago, `today`, or a date and maybe a time of the zone.
 * Throws: an Error that says what to write. */
export function timeOf(text: string, now: number, zone: string): string {
  const ago = AGO.exec(text)
  if (ago) return new Date(now - Number(ago[1]) * UNITS[ago[2]!]! * 1_000).toISOString()
  if (text === 'now') return new Date(now).toISOString()
  if (text === 'today' || text === 'yesterday') {
    const midnight = instantOf(dayOf(now, zone), zone)
    return text === 'today' ? midnight : instantOf(dayOf(Date.parse(midnight) - 1_000, zone), zone)
  }
  try {
    return instantOf(text, zone)
  } catch {
    throw new Error(stream.faults.time(text))
  }
}

export type Meaning = { filters: EventFilters; faults: QueryFault[] }

/** The parameters of the list of events. The subject is what was written: it is looked for by the page. */
export function filtersOf(conditions: Condition[], now: number, zone: string): Meaning {
  const filters: EventFilters = {}
  const faults: QueryFault[] = []
  const payload: string[] = []
  for (const condition of conditions) {
    const { kind, operator, value, start, end } = condition
    const isNot = operator === '!='
    if (kind === 'type') filters[isNot ? 'notType' : 'type'] = value
    else if (kind === 'source') filters[isNot ? 'notSource' : 'source'] = value
    else if (kind === 'subject') filters.subject = value
    else if (kind === 'payload') payload.push(comparison(condition))
    else
      try {
        filters[`${kind}${operator === '<' ? 'To' : 'From'}`] = timeOf(value, now, zone)
      } catch (fault) {
        faults.push({ start, end, message: (fault as Error).message })
      }
  }
  if (payload.length) filters.payload = payload.join(',')
  return { filters, faults }
}

function comparison({ path, operator, value, isQuoted }: Condition): string {
  const place = path.map((step) => (/^[^\s.,<>=!~:"\\]+$/.test(step) ? step : JSON.stringify(step))).join('.')
  return `${place}${operator}${isQuoted || value.includes(',') ? JSON.stringify(value) : value}`
}

/** Whether an event that has just come is one of those that are shown; type and subject are not looked at again. */
export function isShown(event: EventView, conditions: Condition[], filters: EventFilters): boolean {
  const within = (at: string, from?: string, to?: string) =>
    (!from || Date.parse(at) >= Date.parse(from)) && (!to || Date.parse(at) < Date.parse(to))
  return (
    within(event.reportedAt, filters.reportedFrom, filters.reportedTo) &&
    within(event.occurredAt, filters.occurredFrom, filters.occurredTo) &&
    event.type !== filters.notType &&
    (!filters.source || comesFrom(event, filters.source)) &&
    !(filters.notSource && comesFrom(event, filters.notSource)) &&
    conditions.every((condition) => condition.kind !== 'payload' || holds(condition, event.payload as Json))
  )
}

function comesFrom({ reporter, context }: EventView, source: string): boolean {
  const cloudEvent = isObject(context) && isObject(context.cloudEvent) ? context.cloudEvent.source : undefined
  return reporter === source || reporter.split(':')[0] === source || cloudEvent === source
}

/** The same as the server does: lists element by element, and what is missing satisfies nothing. */
export function holds({ path, operator, value, isQuoted }: Condition, payload: Json): boolean {
  let found: Json[] = [payload]
  for (const step of path)
    found = found.flatMap(elements).flatMap((item) => (isObject(item) && Object.hasOwn(item, step) ? [item[step]!] : []))
  const items = found.flatMap((item) => (Array.isArray(item) ? item : [item]))
  if (operator === '!=') return items.length > 0 && !items.some((item) => equals(item, value, isQuoted))
  if (operator === '=') return items.some((item) => equals(item, value, isQuoted))
  if (operator === '~')
    return items.some((item) => typeof item === 'string' && item.toLowerCase().includes(value.toLowerCase()))
  return items.some((item) => {
    const order = orderOf(item, value, isQuoted)
    if (order === undefined) return false
    return operator.startsWith('>') ? order > 0 || (operator === '>=' && order === 0) : order < 0 || (operator === '<=' && order === 0)
  })
}

const elements = (item: Json): Json[] => (Array.isArray(item) ? item : [item])

function equals(item: Json, value: string, isQuoted: boolean): boolean {
  if (typeof item === 'string') return item === value
  if (isQuoted) return false
  if (typeof item === 'number' || item instanceof ExactNumber)
    return isNumber(value) && compareNumbers(String(item), value) === 0
  return (item === null || typeof item === 'boolean') && String(item) === value
}

function orderOf(item: Json, value: string, isQuoted: boolean): number | undefined {
  const isNumeric = !isQuoted && isNumber(value)
  if (typeof item === 'string') return isNumeric ? undefined : item < value ? -1 : item > value ? 1 : 0
  if (!isNumeric || !(typeof item === 'number' || item instanceof ExactNumber)) return undefined
  return compareNumbers(String(item), value)
}
