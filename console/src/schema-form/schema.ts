// What of JSON Schema becomes a form. Whatever is not understood here is asked for as JSON, for that node alone; the
// server judges what is sent, so nothing here has to be complete.

import { schemaForm as words } from '#words/schema-form'
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
export function nodeOf(given: Json, root: Json, steps = 0): Node {
  const schema = followed(given, root)
  // A schema may refer to itself without ever saying anything.
  if (schema === undefined || steps > REFERENCES_MAX) return { schema: {}, shape: { kind: 'json' }, nullable: false }
  const merged = withAllOf(schema, root)
  if (merged === undefined) return { schema, shape: { kind: 'json' }, nullable: false }
  return shaped(merged, root, steps)
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
function withAllOf(schema: Schema, root: Json, steps = 0): Schema | undefined {
  if (schema.allOf === undefined) return schema
  if (!Array.isArray(schema.allOf) || steps > REFERENCES_MAX) return undefined
  const { allOf, ...beside } = schema
  let made: Schema = beside
  for (const part of allOf as Json[]) {
    const other = followed(part, root)
    const inner = other && withAllOf(other, root, steps + 1)
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

function shaped(schema: Schema, root: Json, steps: number): Node {
  if (Object.hasOwn(schema, 'const')) return { schema, shape: { kind: 'const', value: schema.const! }, nullable: false }
  if (Array.isArray(schema.enum)) return ofEnum(schema)
  const alternatives = schema.oneOf ?? schema.anyOf
  if (alternatives !== undefined) return ofAlternatives(schema, alternatives, root, steps)
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

function ofAlternatives(schema: Schema, alternatives: Json, root: Json, steps: number): Node {
  if (!Array.isArray(alternatives)) return { schema, shape: { kind: 'json' }, nullable: false }
  const { oneOf: _, anyOf: __, ...beside } = schema
  const options: Alternative[] = []
  let nullable = false
  for (const alternative of alternatives) {
    const other = followed(alternative, root)
    if (other === undefined) return { schema, shape: { kind: 'json' }, nullable: false }
    if (other.type === 'null' || other.const === null) nullable = true
    else options.push({ label: named(other, root) ?? words.option(options.length + 1), schema: joined(beside, other) })
  }
  const [only] = options
  if (only && options.length === 1) {
    const inner = nodeOf(only.schema, root, steps + 1)
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
