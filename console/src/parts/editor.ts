// What a form holds, and what of it is sent. A noun is fields; each field has its place in the body, a JSON pointer,
// under which the server says what is wrong with it. The draft is what stands in the fields, by that pointer.

import type { ReactNode } from 'react'
import { isObject, JsonSyntaxError, numberOf, parseExact, writeExact, type Json } from '../api/exactJson'
import { instantOf, shown } from './time'

export type Option = { value: string; label: string; disabled?: boolean }
export type Draft = Record<string, unknown>
export type Own = {
  label: string
  value: unknown
  onChange: (value: unknown) => void
  /** What the server says of the field, or of a part of it by the rest of its pointer. */
  faultAt: (rest?: string) => string | undefined
  draft: Draft
}

type Common = {
  /** Its place in the body, `/profile/givenName`. What is sent of an object is sent part by part. */
  at: string
  label: string
  hint?: ReactNode
  required?: boolean
  /** The heading under which it stands, with its neighbours that have the same. */
  section?: string
  /** It is shown, and sent, while this holds. */
  when?: (draft: Draft) => boolean
  /** Said when it is made, and never changed afterwards. */
  isFixed?: boolean
  /** What stands in it when something new is made. */
  initially?: unknown
  /** From what the server tells to what stands in the field, where it differs from what the kind does. */
  read?: (found: unknown, row: object) => unknown
  /** The other way round; undefined is nothing. Throws: an Error that says what to write. */
  write?: (value: unknown) => unknown
}
export type Field = Common &
  (
    | { kind: 'text'; lines?: number }
    | { kind: 'number' | 'flag' | 'json' | 'instant' }
    /** `none` is what the choice of nothing says; without it something has to be chosen. */
    | { kind: 'choice'; options: Option[]; none?: string }
    | { kind: 'several'; options: Option[] }
    /** `isNarrow`: as wide as a text, and not as the form. */
    | { kind: 'own'; isNarrow?: boolean; render: (own: Own) => ReactNode }
  )

const partsOf = (at: string) => at.slice(1).split('/')

function readAt(from: unknown, at: string): unknown {
  return partsOf(at).reduce((value, part) => (isObject(value) ? value[part] : undefined), from)
}

function writeAt(into: { [name: string]: unknown }, at: string, value: unknown): void {
  const parts = partsOf(at)
  const last = parts.pop()!
  let place = into
  for (const part of parts) place = (place[part] ??= {}) as { [name: string]: unknown }
  place[last] = value
}

/** What stands in the fields at first: `row` is what is there already. */
export function draftOf(fields: Field[], row: object | undefined, zone: string): Draft {
  return Object.fromEntries(
    fields.map((field) => {
      if (!row) return [field.at, field.initially ?? emptyOf(field)]
      const found = readAt(row, field.at)
      const value = field.read ? field.read(found, row) : standing(field, found, zone)
      return [field.at, value ?? emptyOf(field)]
    }),
  )
}

function emptyOf(field: Field): unknown {
  if (field.kind === 'flag') return false
  if (field.kind === 'several') return []
  return field.kind === 'own' ? undefined : ''
}

function standing(field: Field, found: unknown, zone: string): unknown {
  if (found === undefined || found === null) return undefined
  if (field.kind === 'number') return String(found)
  if (field.kind === 'json') return writeExact(found, 2)
  if (field.kind === 'instant') return shown(String(found), zone)
  if (field.kind === 'choice') return isObject(found) ? found.id : found
  if (field.kind === 'several') return (found as Json[]).map((one) => (isObject(one) ? one.id : one))
  return found
}

/** What a field sends; undefined: nothing. Throws: an Error that says what to write. */
function sent(field: Field, draft: Draft, zone: string): unknown {
  const value = draft[field.at]
  if (field.when && !field.when(draft)) return undefined
  if (field.write) return field.write(value)
  if (field.kind === 'flag' || field.kind === 'own' || field.kind === 'several') return value
  const text = String(value ?? '').trim()
  if (text === '') return undefined
  if (field.kind === 'number') return numberOf(text) ?? text
  if (field.kind === 'json') return parseExact(text)
  return field.kind === 'instant' ? instantOf(text, zone) : text
}

/** What cannot be sent as it stands, by the field's pointer. */
export function unreadable(fields: Field[], draft: Draft, zone: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const field of fields)
    try {
      sent(field, draft, zone)
    } catch (error) {
      found[field.at] = error instanceof JsonSyntaxError || error instanceof Error ? error.message : String(error)
    }
  return found
}

/** Whether something that is required is not there. */
export function isIncomplete(fields: Field[], draft: Draft): boolean {
  return fields.some(
    (field) =>
      field.required && (!field.when || field.when(draft)) && String(draft[field.at] ?? '').trim() === '',
  )
}

/** The body that makes something new: what is empty is left out. */
export function bodyOf(fields: Field[], draft: Draft, zone: string): object {
  const body = {}
  for (const field of fields) {
    const value = sent(field, draft, zone)
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) writeAt(body, field.at, value)
  }
  return body
}

/** The body that changes something: what differs, and null for what was emptied. */
export function changesOf(fields: Field[], before: Draft, draft: Draft, zone: string): object {
  const body = {}
  for (const field of fields) {
    if (field.isFixed) continue
    const [old, value] = [sent(field, before, zone), sent(field, draft, zone)]
    if (textOf(old) !== textOf(value)) writeAt(body, field.at, value ?? null)
  }
  return body
}

const textOf = (value: unknown) => (value === undefined ? '' : writeExact(value))

/** For a reference that the body has as an object: `{"id": …}`. */
export const asReference = {
  write: (value: unknown) => (value ? { id: String(value) } : undefined),
}
export const asReferences = {
  write: (value: unknown) => (value as string[]).map((id) => ({ id })),
}
