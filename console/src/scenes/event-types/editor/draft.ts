// An event type as it is written: what is sent, and its schema as the text that may be no JSON yet.

import { isObject, parseExact, writeExact, type Json, type JsonObject } from '../../../api/exactJson'
import type { EventTypeView } from '../../../api/queries'

export type Draft = {
  body: JsonObject
  /** Undefined where the type has no schema. */
  schema?: string
  view: 'form' | 'json'
  version?: number
  /** What it said when somebody began: what differs from that is changed, whatever others have done meanwhile. */
  began?: { body: JsonObject; schema?: string }
}

const EMPTY = '{\n  "type": "object",\n  "properties": {}\n}'

export function newDraft(): Draft {
  return { body: { name: '', description: '', isPrivate: true, settings: {}, enhancers: [] }, schema: EMPTY, view: 'form' }
}

export const emptySchema = EMPTY

export function draftOf(type: EventTypeView): Draft {
  const { name, description, isPrivate, omitFromUserActivity, enhancers, version } = type
  const settings = type.settings as unknown as JsonObject
  const said = {
    body: { name, description, isPrivate, omitFromUserActivity, settings, enhancers },
    ...(type.schema == null ? {} : { schema: writeExact(type.schema, 2) }),
  }
  return { ...said, view: 'form', version, began: said }
}

/** The schema as it is written; null where there is none, undefined where it cannot be read. */
export function schemaOf({ schema }: Pick<Draft, 'schema'>): JsonObject | null | undefined {
  if (schema === undefined) return null
  try {
    const read = parseExact(schema)
    return isObject(read) ? read : undefined
  } catch {
    return undefined
  }
}

export function settingsOf(draft: Pick<Draft, 'body'>): JsonObject {
  return isObject(draft.body.settings) ? draft.body.settings : {}
}

export function definitionOf(draft: Draft): JsonObject {
  const schema = schemaOf(draft)
  return { ...draft.body, ...(schema ? { schema } : {}) }
}

/** What the draft says otherwise than the type did, as PATCH takes it: of the settings, those that differ. */
export function changesOf(draft: Draft, type: EventTypeView): JsonObject {
  const before = draft.began ?? draftOf(type)
  const changes: JsonObject = {}
  for (const name of ['name', 'description', 'isPrivate', 'omitFromUserActivity', 'enhancers'])
    if (!same(before.body[name], draft.body[name])) changes[name] = draft.body[name] ?? null
  const [old, now] = [settingsOf(before), settingsOf(draft)]
  const settings: JsonObject = {}
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)]))
    if (!same(old[name], now[name])) settings[name] = now[name] ?? USUAL[name] ?? null
  if (Object.keys(settings).length) changes.settings = settings
  const [oldSchema, schema] = [schemaOf(before), schemaOf(draft)]
  if (schema !== undefined && !same(oldSchema ?? undefined, schema ?? undefined)) changes.schema = schema
  return changes
}

// What null would not say.
const USUAL: JsonObject = {
  allowUnknown: true, latePolicy: 'accept', duplicateWindowSeconds: 60, duplicateInclude: [], duplicateExclude: [], onInvalid: 'reject',
}

const same = (one: Json | undefined, other: Json | undefined) => (one === undefined ? '' : writeExact(one)) === (other === undefined ? '' : writeExact(other))

export const pointersOf = (text: string): string[] => text.split(/[,\s]+/).filter(Boolean)
