// What an entry of the audit log changed, member by member.

import { isObject, writeExact } from '../../api/exactJson'
import { instantOf } from '../../parts/time'

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

/** The instant at which a day begins in the zone; where the clocks skip midnight, when they go on. */
export function dayStart(day: string | undefined, zone: string): string | undefined {
  if (!day || !DAY.test(day)) return undefined
  for (const time of ['00:00', '01:00'])
    try {
      return instantOf(`${day} ${time}`, zone)
    } catch {
      continue
    }
  return undefined
}

/** The instant at which it ends. */
export function dayEnd(day: string | undefined, zone: string): string | undefined {
  if (!day || !DAY.test(day)) return undefined
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000)
  return Number.isNaN(next.getTime()) ? undefined : dayStart(next.toISOString().slice(0, 10), zone)
}
