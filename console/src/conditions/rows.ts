// Rows of conditions as a value, `{all | any | none: [row | rows]}`, and how they change. Nothing is changed in place.

import { isObject, type Json, type JsonObject } from '../api/exactJson'

export const MODES = ['all', 'any', 'none'] as const
export type Mode = (typeof MODES)[number]
export type Rows = JsonObject
/** Places from the outermost group inwards; `[]` is that group. */
export type Place = readonly number[]

export const EMPTY: JsonObject = { fact: '', operator: '==', value: '' }

export function isRows(value: Json | undefined): value is Rows {
  return isObject(value) && modeOf(value) !== undefined
}

export function modeOf(rows: Json): Mode | undefined {
  return isObject(rows) ? MODES.find((mode) => Object.hasOwn(rows, mode)) : undefined
}

export function itemsOf(rows: Rows): Json[] {
  const items = rows[modeOf(rows) ?? 'all']
  return Array.isArray(items) ? items : []
}

export function withMode(rows: Rows, mode: Mode): Rows {
  return { [mode]: itemsOf(rows) }
}

/** The rows with what stands at a place made another by `change`; undefined takes it away. */
export function changed(rows: Rows, place: Place, change: (item: Json) => Json | undefined): Rows {
  if (place.length === 0) {
    const next = change(rows)
    return isRows(next) ? next : rows
  }
  const [first, ...rest] = place as [number, ...number[]]
  const mode = modeOf(rows) ?? 'all'
  const items = itemsOf(rows).flatMap((item, at) => {
    if (at !== first) return [item]
    const next = rest.length && isRows(item) ? changed(item, rest, change) : change(item)
    return next === undefined ? [] : [next]
  })
  return { [mode]: items }
}

export function added(rows: Rows, place: Place, item: Json): Rows {
  return changed(rows, place, (group) => (isRows(group) ? { [modeOf(group)!]: [...itemsOf(group), item] } : group))
}

/** A row with one member set; one whose operator takes no value has none. */
export function rowWith(row: Json, member: 'fact' | 'operator' | 'value', value: Json): JsonObject {
  const made: JsonObject = { ...(isObject(row) ? row : EMPTY), [member]: value }
  if (made.operator === 'exists' || made.operator === 'missing') delete made.value
  else if (!Object.hasOwn(made, 'value')) made.value = ''
  return made
}

/** Without groups that hold nothing: those say nothing, and the server takes none. Undefined when nothing is left. */
export function filled(rows: Rows): Rows | undefined {
  const items = itemsOf(rows).flatMap((item) => {
    const kept = isRows(item) ? filled(item) : item
    return kept === undefined ? [] : [kept]
  })
  return items.length ? { [modeOf(rows) ?? 'all']: items } : undefined
}

/** How many conditions there are, in all groups. */
export function countRows(rows: Rows): number {
  return itemsOf(rows).reduce((sum: number, item) => sum + (isRows(item) ? countRows(item) : 1), 0)
}
