// What of an event stands in the stream. Payloads may be long: the list keeps a few words of each.

import { isObject, writeExact, type Json } from '../../api/exactJson'
import type { EventView } from '../../api/queries'

export type EventRow = Pick<EventView, 'id' | 'type' | 'subject' | 'reportedAt' | 'points'> & { brief: string }

const BRIEF = 80
const VALUE = 24

export function rowOf({ id, type, subject, reportedAt, points, payload }: EventView): EventRow {
  return { id, type, subject, reportedAt, points, brief: briefOf(payload as Json) }
}

/** The first few members of a payload, numbers before texts, of which many are ids: `total 12.50 · shop Centre`. */
export function briefOf(payload: Json): string {
  if (!isObject(payload)) return ''
  const parts: string[] = []
  const members = Object.entries(payload)
  const isText = (value: Json | undefined) => value === null || typeof value === 'string'
  for (const [name, value] of [...members.filter(([, value]) => !isText(value)), ...members.filter(([, value]) => isText(value))]) {
    if (parts.join(' · ').length >= BRIEF) break
    if (value === null || typeof value === 'object') {
      if (Array.isArray(value) || isObject(value)) continue
    }
    parts.push(`${name} ${shortened(typeof value === 'string' ? value : writeExact(value))}`)
  }
  return parts.join(' · ').slice(0, BRIEF)
}

const shortened = (text: string) => (text.length > VALUE ? `${text.slice(0, VALUE - 1)}…` : text)
