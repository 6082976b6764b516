// What of JSON Schema becomes a form. Whatever is not understood here is asked for as JSON, for that node alone; the
// server judges what is sent, so nothing here has to be complete.

import { isObject, writeExact, type Json, type JsonObject } from '../api/exactJson'

export type Schema = { readonly [keyword: string]: Json }
export type Shape =
  | { kind: 'object'; members: Member[] }
  | { kind: 'array'; items: Json }
  | { kind: 'choice'; options: Alternative[] }
  | { kind: 'enum'; values: Json[] }
  | { kind: 'const'; value: Json }
  | { kind: 'text' | 'number' | 'integer' | 'boolean' | 'date' | 'date-time' | 'email' | 'long' }
  | { kind: 'json' }
export type Member = { name: string; schema: Json; required: boolean }
export type Alternative = { label: string; schema: Json }
export type Node = { schema: Schema; shape: Shape; nullable: boolean }

const REFERENCES_MAX = 20
const LONG_TEXT = 200

/** A schema as the form sees it: references followed, `null` set apart, one shape. */
export function nodeOf(given: Json, root: Json): Node {
  const schema = followed(given, root)
  if (schema === undefined) return { schema: {}, shape: { kind: 'json' }, nullable: false }
  const merged = withAllOf(schema, root)
  if (merged === undefined) return { schema, shape: { kind: 'json' }, nullable: false }
  return shaped(merged, root)
}

/** Follows local references. Undefined for what cannot be followed, and for what is no object. */
function followed(given: Json, root: Json): Schema | undefined {
  let schema = given
  for (let step = 0; step < REFERENCES_MAX; step++) {
    if (!isObject(schema)) return undefined
    const reference = schema.$ref
    if (reference === undefined) return schema
    if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference)) return undefined
    const target = at(root, reference.slice(1))
    if (!isObject(target)) return undefined
    const { $ref: _, ...beside } = schema
    schema = { ...target, ...beside }
  }
  return undefined
}

function at(root: Json, pointer: string): Json | undefined {
  let found: Json | undefined = root
  let path: string[]
  try {
    path = decodeURIComponent(pointer).split('/').slice(1)
  } catch {
    return undefined
  }
  for (const part of path) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(found)) found = found[Number(name)]
    else if (isObject(found) && Object.hasOwn(found, name)) found = found[name]
    else return undefined
  }
  return found
}

/** One schema of `allOf` and what stands beside it: properties of objects together, else JSON. */
function withAllOf(schema: Schema, root: Json): Schema | undefined {
  if (schema.allOf === undefined) return schema
  if (!Array.isArray(schema.allOf)) return undefined
  const { allOf, ...beside } = schema
  let made: Schema = beside
  for (const part of allOf as Json[]) {
    const other = followed(part, root)
    const inner = other && withAllOf(other, root)
    if (inner === undefined) return undefined
    made = joined(made, inner)
  }
  return made
}

/** Two schemas that both hold, as one; where they disagree the second one's word is shown. */
function joined(first: Schema, second: Schema): Schema {
  const both: JsonObject = { ...first, ...second }
  if (isObject(first.properties) && isObject(second.properties))
    both.properties = { ...first.properties, ...second.properties }
  if (Array.isArray(first.required) && Array.isArray(second.required))
    both.required = [...first.required, ...second.required]
  return both
}

function shaped(schema: Schema, root: Json): Node {
  if (Object.hasOwn(schema, 'const')) return { schema, shape: { kind: 'const', value: schema.const! }, nullable: false }
  if (Array.isArray(schema.enum)) return ofEnum(schema)
  const alternatives = schema.oneOf ?? schema.anyOf
  if (alternatives !== undefined) return ofAlternatives(schema, alternatives, root)
  const types = typesOf(schema)
  const nullable = types.includes('null')
  const others = types.filter((type) => type !== 'null')
  if (others.length !== 1) return { schema, shape: { kind: 'json' }, nullable }
  return { schema, shape: ofType(others[0]!, schema), nullable }
}

function typesOf(schema: Schema): string[] {
  if (typeof schema.type === 'string') return [schema.type]
  if (Array.isArray(schema.type)) return schema.type.filter((type): type is string => typeof type === 'string')
  if (schema.properties !== undefined) return ['object']
  if (schema.items !== undefined || schema.prefixItems !== undefined) return ['array']
  return []
}

function ofEnum(schema: Schema): Node {
  const values = (schema.enum as Json[]).filter((value) => value !== null)
  const plain = values.length > 0 && values.every((value) => !isObject(value) && !Array.isArray(value))
  const nullable = values.length < (schema.enum as Json[]).length
  return { schema, shape: plain ? { kind: 'enum', values } : { kind: 'json' }, nullable }
}

function ofAlternatives(schema: Schema, alternatives: Json, root: Json): Node {
  if (!Array.isArray(alternatives)) return { schema, shape: { kind: 'json' }, nullable: false }
  const { oneOf: _, anyOf: __, ...beside } = schema
  const options: Alternative[] = []
  let nullable = false
  for (const alternative of alternatives) {
    const other = followed(alternative, root)
    if (other === undefined) return { schema, shape: { kind: 'json' }, nullable: false }
    if (other.type === 'null' || other.const === null) nullable = true
    else options.push({ label: named(other, root) ?? `Option ${options.length + 1}`, schema: joined(beside, other) })
  }
  const [only] = options
  if (only && options.length === 1) {
    const inner = nodeOf(only.schema, root)
    const title: Schema = schema.title === undefined ? {} : { title: schema.title }
    return { ...inner, schema: { ...inner.schema, ...title }, nullable: nullable || inner.nullable }
  }
  if (options.length > 0 && options.every((option) => isConstant(option.schema))) return ofConstants(schema, options, nullable)
  return { schema: beside, shape: options.length ? { kind: 'choice', options } : { kind: 'json' }, nullable }
}

const isConstant = (schema: Json) => isObject(schema) && Object.hasOwn(schema, 'const')

/** A `oneOf` of constants is an enum whose values have titles. */
function ofConstants(schema: Schema, options: Alternative[], nullable: boolean): Node {
  const values = options.map((option) => (option.schema as JsonObject).const!)
  const plain = values.every((value) => !isObject(value) && !Array.isArray(value))
  return { schema, shape: plain ? { kind: 'enum', values } : { kind: 'json' }, nullable }
}

/** What tells an alternative from the others: its title, its constant, its type. */
function named(schema: Schema, root: Json): string | undefined {
  if (typeof schema.title === 'string') return schema.title
  if (isConstant(schema as Json)) return told(schema.const!)
  if (isObject(schema.properties))
    for (const property of Object.values(schema.properties)) {
      const found = followed(property, root)
      if (found && Object.hasOwn(found, 'const')) return told(found.const!)
    }
  return typeof schema.type === 'string' ? schema.type : undefined
}

/** A value as somebody reads it: a text without its quotes. */
export function told(value: Json): string {
  return typeof value === 'string' ? value : writeExact(value)
}

function ofType(type: string, schema: Schema): Shape {
  switch (type) {
    case 'object':
      return ofObject(schema)
    case 'array':
      if (schema.prefixItems !== undefined || Array.isArray(schema.items) || typeof schema.items === 'boolean')
        return { kind: 'json' }
      return { kind: 'array', items: schema.items ?? {} }
    case 'string':
      return ofText(schema)
    case 'number':
    case 'integer':
    case 'boolean':
      return { kind: type }
    default:
      return { kind: 'json' }
  }
}

function ofObject(schema: Schema): Shape {
  if (!isObject(schema.properties) || Object.keys(schema.properties).length === 0) return { kind: 'json' }
  const required = Array.isArray(schema.required) ? schema.required : []
  const members = Object.entries(schema.properties)
    .filter(([, property]) => property !== false)
    .map(([name, property]) => ({ name, schema: property, required: required.includes(name) }))
  return { kind: 'object', members }
}

function ofText(schema: Schema): Shape {
  if (schema.format === 'date-time') return { kind: 'date-time' }
  if (schema.format === 'date') return { kind: 'date' }
  if (schema.format === 'email') return { kind: 'email' }
  return { kind: typeof schema.maxLength === 'number' && schema.maxLength > LONG_TEXT ? 'long' : 'text' }
}

/** What is there before anybody has set anything: constants that have to be, for there is nothing to choose. */
export function initial(given: Json, root: Json, depth = 0): Json | undefined {
  const { shape } = nodeOf(given, root)
  if (shape.kind === 'const') return shape.value
  if (shape.kind !== 'object' || depth > REFERENCES_MAX) return undefined
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
