// What an entry of the audit log changed, member by member.

import { isObject, writeExact } from '../../api/exactJson'

export type Change = { name: string; before: unknown; after: unknown }

// They differ at every change, and say nothing that the entry does not.
const BORING = new Set(['version', 'updatedAt'])

/** The members in which two objects differ; all of the one, where the other is missing. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const old = isObject(before) ? before : {}
  const fresh = isObject(after) ? after : {}
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
    .filter((name) => !BORING.has(name) && writeExact(old[name] ?? null) !== writeExact(fresh[name] ?? null))
    .map((name) => ({ name, before: old[name], after: fresh[name] }))
}

const DAY = /^\d{4}-\d\d-\d\d$/

/** The beginning of a day, in UTC as the log's times are filtered. */
export function dayStart(day: string | undefined): string | undefined {
  return day && DAY.test(day) ? `${day}T00:00:00Z` : undefined
}

/** The beginning of the day after. */
export function dayEnd(day: string | undefined): string | undefined {
  if (!day || !DAY.test(day)) return undefined
  return `${new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`
}
