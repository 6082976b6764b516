// A reactor as it is written: its definition as it would be sent, and the constraint in the form in which it is edited.

import { isObject, numberOf, writeExact, type Json, type JsonObject } from '../../../api/exactJson'
import type { ReactorView } from '../../../api/queries'
import { constraintOf, NOTHING, writtenOf, type Written } from '../../../conditions/ConstraintEditor'

export type Draft = {
  /** All but the constraint, by the API's names; what is not set is not there. */
  body: JsonObject
  constraint: Written
  /** The version that was read when the draft was begun. */
  version?: number
  /** What it said when somebody began: what differs from that is changed, whatever others have done meanwhile. */
  began?: { body: JsonObject; constraint: Written }
}

export const POINTS: JsonObject = { type: 'POINTS', points: { operation: 'SUM', arguments: [{ type: 'NUMBER', value: '10' }] } }

export function newDraft(eventType?: string): Draft {
  return { body: { ...(eventType ? { eventType } : {}), name: '', reactions: [POINTS], state: 'DRAFT' }, constraint: NOTHING }
}

export function draftOf(reactor: ReactorView): Draft {
  const { name, description, reactions, maxActivations, activationContext, effectivity, priority, limits, group } = reactor
  const body = tidy({
    name,
    description,
    reactions: reactions as Json,
    maxActivations,
    activationContext,
    effectivity: effectivity && (tidy({ ...effectivity }) as JsonObject),
    priority,
    limits: limits as Json,
    group: group && { name: group.name, mode: group.mode },
  })
  const said = { body, constraint: writtenOf(reactor.constraint as Json) }
  return { ...said, version: reactor.version, began: said }
}

/** Without members that are null or nothing. */
function tidy(object: { [name: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value != null && value !== '')) as JsonObject
}

/** An object with a member set, or without it. */
export function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  const made = { ...object }
  if (value === undefined || value === '') delete made[name]
  else made[name] = value
  return made
}

/** A number as it was typed, or the text that is none yet. */
export function typedNumber(text: string): Json | undefined {
  const trimmed = text.trim()
  return trimmed === '' ? undefined : (numberOf(trimmed) ?? trimmed)
}

/** Why the draft cannot be sent as it stands. */
export function isReadable(draft: Draft): boolean {
  return constraintOf(draft.constraint) !== undefined
}

/** The definition of a new reactor. */
export function definitionOf(draft: Draft): JsonObject {
  const constraint = constraintOf(draft.constraint)
  return { ...tidy(draft.body), ...(constraint == null ? {} : { constraint }) }
}

const CHANGEABLE = [
  'name', 'description', 'reactions', 'maxActivations', 'activationContext', 'effectivity', 'priority', 'limits', 'group', 'keepCounts',
] as const
// What a reactor has where nothing is said: null would say nothing.
const USUAL: JsonObject = { activationContext: 'SUBJECT', priority: 0, limits: [], reactions: [] }

/** What the draft says otherwise than the reactor did, as PATCH takes it. */
export function changesOf(draft: Draft, reactor: ReactorView): JsonObject {
  const before = draft.began ?? draftOf(reactor)
  const changes: JsonObject = {}
  for (const name of CHANGEABLE) {
    const [old, now] = [before.body[name], draft.body[name]]
    if (text(old) !== text(now)) changes[name] = now ?? USUAL[name] ?? null
  }
  const [old, now] = [constraintOf(before.constraint), constraintOf(draft.constraint)]
  if (now !== undefined && text(old) !== text(now)) changes.constraint = now
  return changes
}

const text = (value: Json | undefined) => (value === undefined ? '' : writeExact(value))

export function listOf(body: JsonObject, name: string): JsonObject[] {
  const list = body[name]
  return Array.isArray(list) ? list.filter(isObject) : []
}

/** A list with one of its members made another; undefined takes it away. */
export function withItem(list: JsonObject[], place: number, item: JsonObject | undefined): Json[] {
  return list.flatMap((one, at) => (at === place ? (item ? [item] : []) : [one]))
}

/** A list with one of its members a place further up (-1) or down (1). */
export function moved(list: JsonObject[], place: number, by: -1 | 1): Json[] {
  const made = [...list]
  const other = place + by
  if (other < 0 || other >= made.length) return made
  ;[made[place], made[other]] = [made[other]!, made[place]!]
  return made
}

// What each type of reaction says; the rest goes when another type is chosen.
const FIELDS: Record<string, string[]> = {
  POINTS: ['points', 'usableAfter', 'expiresAfter', 'awaits', 'activates', 'cancels'],
  POINTS_CAP: ['points'],
  ATTRIBUTE: ['attributes'],
  BADGE: ['badge'],
  REWARD: ['reward'],
  WEBHOOK: ['url', 'headers'],
  HANDLER: ['handler'],
}
const FIRST: Record<string, JsonObject> = {
  POINTS,
  POINTS_CAP: { points: POINTS.points! },
  ATTRIBUTE: { attributes: [{ key: '', value: '', isEnabled: true }] },
  HANDLER: { handler: 'EXAMPLE' },
}
export const TYPES = Object.keys(FIELDS)

export function reactionOfType(before: JsonObject, type: string): JsonObject {
  const kept = Object.entries(before).filter(([name]) => FIELDS[type]?.includes(name) || name === 'forFailure')
  return { ...FIRST[type], ...Object.fromEntries(kept), type }
}

/** The id of a badge or a reward, whichever way it is written. */
export function idOf(reference: Json | undefined): string | undefined {
  if (typeof reference === 'string') return reference
  return isObject(reference) && typeof reference.id === 'string' ? reference.id : undefined
}
