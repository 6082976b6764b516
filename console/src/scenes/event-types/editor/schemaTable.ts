// A JSON Schema as a table of properties. What the table cannot say stays JSON, for that property alone; nothing of a
// schema is lost by being shown.

import { isObject, type Json, type JsonObject } from '../../../api/exactJson'

export const KINDS = ['string', 'number', 'integer', 'boolean', 'date-time', 'date', 'email', 'choice', 'object', 'array', 'any'] as const
export type Kind = (typeof KINDS)[number]
export type Property = { name: string; schema: Json; isRequired: boolean }

const SAID = ['title', 'description', 'examples', 'default']
const BOUNDS: Record<Kind, string[]> = {
  string: ['minLength', 'maxLength', 'pattern'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'multipleOf'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'multipleOf'],
  boolean: [],
  'date-time': [],
  date: [],
  email: ['maxLength'],
  choice: ['enum'],
  object: ['properties', 'required'],
  array: ['items', 'minItems', 'maxItems'],
  any: [],
}
const FORMATS: readonly string[] = ['date-time', 'date', 'email']

/** What a property is; undefined where the table cannot say all that its schema says. */
export function kindOf(schema: Json): Kind | undefined {
  if (!isObject(schema)) return undefined
  const kind = guessed(schema)
  if (kind === undefined) return undefined
  const known = new Set(['type', ...SAID, ...BOUNDS[kind], ...(FORMATS.includes(kind) ? ['format'] : [])])
  if (!Object.keys(schema).every((keyword) => known.has(keyword))) return undefined
  if (kind === 'object') return isTable(schema) ? kind : undefined
  return kind
}

function guessed(schema: JsonObject): Kind | undefined {
  if (Array.isArray(schema.enum)) {
    const isText = schema.enum.length > 0 && schema.enum.every((value) => typeof value === 'string')
    return isText && (schema.type === undefined || schema.type === 'string') ? 'choice' : undefined
  }
  if (schema.type === 'string') {
    if (schema.format === undefined) return 'string'
    return FORMATS.includes(String(schema.format)) ? (schema.format as Kind) : undefined
  }
  if (schema.type === undefined) return 'any'
  return ['number', 'integer', 'boolean', 'object', 'array'].includes(String(schema.type)) ? (schema.type as Kind) : undefined
}

/** Whether a schema describes an object by properties that a table can list. */
export function isTable(schema: Json | undefined): schema is JsonObject {
  if (!isObject(schema)) return false
  if (schema.type !== undefined && schema.type !== 'object') return false
  if (schema.properties !== undefined && !isObject(schema.properties)) return false
  return schema.required === undefined || (Array.isArray(schema.required) && schema.required.every((name) => typeof name === 'string'))
}

export function propertiesOf(schema: JsonObject): Property[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  const properties = isObject(schema.properties) ? schema.properties : {}
  return Object.entries(properties).map(([name, one]) => ({ name, schema: one, isRequired: required.includes(name) }))
}

/** The schema with these properties in place of its own; all else that it says stays. */
export function withProperties(schema: JsonObject, properties: Property[]): JsonObject {
  const made: JsonObject = { ...schema, type: 'object' }
  const listed: JsonObject = {}
  for (const { name, schema: one } of properties)
    Object.defineProperty(listed, name, { value: one, enumerable: true, writable: true, configurable: true })
  made.properties = listed
  const names = properties.map((one) => one.name)
  const beside = (Array.isArray(schema.required) ? schema.required : []).filter((name) => !propertiesOf(schema).some((one) => one.name === name))
  const required = [...properties.filter((one) => one.isRequired).map((one) => one.name), ...beside.filter((name) => !names.includes(name as string))]
  if (required.length) made.required = required
  else delete made.required
  return made
}

/** A property's schema as another kind; its description and its title stay. */
export function ofKind(before: Json, kind: Kind): JsonObject {
  const said: JsonObject = {}
  if (isObject(before)) for (const keyword of ['title', 'description']) if (before[keyword] !== undefined) said[keyword] = before[keyword]
  switch (kind) {
    case 'any':
      return said
    case 'choice':
      return { ...said, enum: ['A', 'B'] }
    case 'object':
      return { type: 'object', ...said, properties: {} }
    case 'array':
      return { type: 'array', ...said, items: { type: 'string' } }
    case 'date':
    case 'date-time':
    case 'email':
      return { type: 'string', format: kind, ...said }
    default:
      return { type: kind, ...said }
  }
}

/** A name that none of the properties has. */
export function freeName(properties: Property[], stem: string): string {
  const names = new Set(properties.map((one) => one.name))
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}${number}`
    if (!names.has(name)) return name
  }
}
