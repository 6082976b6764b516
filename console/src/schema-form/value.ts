// The value that a form holds: what it begins with, how it changes, and which fields can show it.

import { isObject, writeExact, type Json, type JsonObject } from '../api/exactJson'
import { nodeOf, type Alternative, type Member, type Shape } from './schema'

const CONSTANTS_DEPTH_MAX = 5

/** What is there before anybody has set anything: constants that have to be, for there is nothing to choose. */
export function initial(given: Json, root: Json, depth = 0): Json | undefined {
  const { shape } = nodeOf(given, root)
  if (shape.kind === 'const') return shape.value
  if (shape.kind !== 'object' || depth > CONSTANTS_DEPTH_MAX) return undefined
  const made: JsonObject = {}
  for (const member of shape.members) {
    const value = member.required ? initial(member.schema, root, depth + 1) : undefined
    if (value !== undefined) put(made, member.name, value)
  }
  return Object.keys(made).length ? made : undefined
}

/** Sets a member, whatever its name: `__proto__` is one like any other. */
function put(object: JsonObject, name: string, value: Json): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
}

/** An object with one member changed; undefined takes it away. Constants that belong to it come along. */
export function withMember(before: Json | undefined, members: Member[], name: string, value: Json | undefined, root: Json): JsonObject {
  const made: JsonObject = {}
  for (const [key, kept] of Object.entries(isObject(before) ? before : {})) if (key !== name) put(made, key, kept)
  // In the place where it was, so that the JSON does not jump about.
  if (value !== undefined) {
    const order = isObject(before) ? Object.keys(before) : []
    const place = order.indexOf(name)
    put(made, name, value)
    if (place >= 0) return reordered(made, order)
  }
  for (const member of members)
    if (member.required && !Object.hasOwn(made, member.name) && member.name !== name) {
      const { shape } = nodeOf(member.schema, root)
      if (shape.kind === 'const' && Object.keys(made).length) put(made, member.name, shape.value)
    }
  return made
}

function reordered(object: JsonObject, order: string[]): JsonObject {
  const made: JsonObject = {}
  for (const name of order) if (Object.hasOwn(object, name)) put(made, name, object[name]!)
  return made
}

/** Whether a value can be shown by a shape's field. What cannot is shown as JSON, so that nothing is lost. */
export function fits(shape: Shape, value: Json | undefined): boolean {
  if (value === undefined || value === null) return true
  switch (shape.kind) {
    case 'object':
      return isObject(value)
    case 'array':
      return Array.isArray(value)
    case 'enum':
      return shape.values.some((choice) => same(choice, value))
    case 'const':
      return same(shape.value, value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'number':
    case 'integer':
      // A text: what somebody is typing and no number yet.
      return !isObject(value) && !Array.isArray(value) && typeof value !== 'boolean'
    case 'choice':
    case 'json':
      return true
    default:
      return typeof value === 'string'
  }
}

export function same(one: Json, other: Json): boolean {
  return writeExact(one) === writeExact(other)
}

/** The alternatives that a value can be of: its constants agree, and its shape. */
export function matching(options: Alternative[], value: Json | undefined, root: Json): number[] {
  if (value === undefined || value === null) return []
  const found: number[] = []
  options.forEach((option, place) => {
    const { shape } = nodeOf(option.schema, root)
    if (!fits(shape, value) || (shape.kind === 'number' && typeof value === 'string')) return
    if (shape.kind === 'object' && !constantsAgree(shape.members, value as JsonObject, root)) return
    found.push(place)
  })
  return found
}

function constantsAgree(members: Member[], value: JsonObject, root: Json): boolean {
  return members.every((member) => {
    const { shape } = nodeOf(member.schema, root)
    if (shape.kind !== 'const') return true
    const set = value[member.name]
    return set === undefined ? !member.required : same(shape.value, set)
  })
}

/** What to set when another alternative is chosen: its constants, and what was typed for members that it has too. */
export function switched(option: Alternative, before: Json | undefined, root: Json): Json | undefined {
  const start = initial(option.schema, root)
  const { shape } = nodeOf(option.schema, root)
  if (shape.kind !== 'object') return start
  const made: JsonObject = { ...(isObject(start) ? start : {}) }
  if (isObject(before))
    for (const member of shape.members) {
      const kept = Object.hasOwn(before, member.name) ? before[member.name] : undefined
      const inner = nodeOf(member.schema, root).shape
      if (kept !== undefined && inner.kind !== 'const' && fits(inner, kept)) put(made, member.name, kept)
    }
  return made
}

export function pointerTo(parent: string, name: string | number): string {
  return `${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}
