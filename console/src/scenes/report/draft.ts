// What somebody is about to report. It is kept for the tab, so that neither a closed drawer nor a reloaded page loses it.

import { isObject, JsonSyntaxError, parseExact, writeExact, type Json, type JsonObject } from '../../api/exactJson'
import { instantOf } from '../../parts/time'

export type Draft = {
  type?: string
  /** A user's id. */
  subject?: string
  /** As typed; nothing is now. */
  occurredAt?: string
  /** The payload. Undefined while nobody has set anything. */
  payload?: Json
  /** The payload as somebody types it, while that is JSON's own field. */
  text?: string
}

const KEY = 'punchcard report'

export function saved(): Draft {
  try {
    const read = parseExact(sessionStorage.getItem(KEY) ?? '{}')
    return isObject(read) ? (read as Draft) : {}
  } catch {
    return {}
  }
}

export function save(draft: Draft): void {
  try {
    if (Object.values(draft).every((value) => value === undefined)) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, writeExact(draft))
  } catch {
    // Storage is full or switched off: the draft then lives as long as the page.
  }
}

export function forget(): void {
  save({})
}

/** Why the JSON as typed cannot be sent. */
export function faultOf(draft: Draft): string | undefined {
  if (draft.text === undefined || draft.text.trim() === '') return undefined
  try {
    parseExact(draft.text)
    return undefined
  } catch (fault) {
    return fault instanceof JsonSyntaxError ? fault.message : String(fault)
  }
}

/** The draft with its payload typed as JSON. An empty text sets nothing. */
export function typed(draft: Draft, text: string): Draft {
  if (text.trim() === '') return { ...draft, text, payload: undefined }
  try {
    return { ...draft, text, payload: parseExact(text) }
  } catch {
    return { ...draft, text }
  }
}

/** What the JSON's field shows. */
export function textOf(draft: Draft): string {
  return draft.text ?? (draft.payload === undefined ? '' : writeExact(draft.payload, 2))
}

/** The body of the call: what was set, and nothing else. */
export function bodyOf(draft: Draft, zone: string): string {
  const body: JsonObject = {}
  if (draft.type) body.type = draft.type
  if (draft.subject) body.subject = draft.subject
  if (draft.payload !== undefined) body.payload = draft.payload
  if (draft.occurredAt) body.occurredAt = occurredAtOf(draft.occurredAt, zone)
  return writeExact(body)
}

/** What cannot be read as an instant is sent as it is: the server says what is wrong with it. */
function occurredAtOf(text: string, zone: string): string {
  try {
    return instantOf(text, zone)
  } catch {
    return text
  }
}
