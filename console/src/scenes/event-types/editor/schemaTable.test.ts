import { expect, test } from 'vitest'
import { ExactNumber, writeExact, type Json } from '../../../api/exactJson'
import { freeName, isTable, kindOf, KINDS, ofKind, propertiesOf, withProperties } from './schemaTable'

const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {
    total: { type: 'number', minimum: new ExactNumber('0.50'), description: 'In euros' },
    kind: { const: 'sale' },
    lines: { type: 'array', items: { type: 'object', properties: { n: { type: 'integer' } } } },
    '<b>x</b>': { type: 'string' },
    __proto__x: true,
  },
  required: ['total', 'somewhere else'],
  additionalProperties: false,
} as Json

test('a schema that is shown and not changed stays as it is', () => {
  expect(isTable(SCHEMA)).toBe(true)
  if (isTable(SCHEMA)) expect(writeExact(withProperties(SCHEMA, propertiesOf(SCHEMA)))).toBe(writeExact(SCHEMA))
})

test.each([
  [{ type: 'string', minLength: 2 }, 'string'],
  [{ type: 'string', format: 'email' }, 'email'],
  [{ type: 'string', format: 'uri' }, undefined],
  [{ enum: ['a', 'b'] }, 'choice'],
  [{ enum: [1, 2] }, undefined],
  [{ const: 1 }, undefined],
  [{ type: ['string', 'null'] }, undefined],
  [{ oneOf: [] }, undefined],
  [{ $ref: '#/x' }, undefined],
  [{ type: 'object', properties: {}, additionalProperties: false }, undefined],
  [{ type: 'number', minimum: 1 }, 'number'],
  [{}, 'any'],
  [true, undefined],
] as [Json, string | undefined][])('%j is %s to the table', (schema, kind) => {
  expect(kindOf(schema)).toBe(kind)
})

test('every kind is one that the table knows again, and keeps what is said of it', () => {
  for (const kind of KINDS) {
    const made = ofKind({ type: 'number', minimum: 2, description: 'Kept' }, kind)
    expect(kindOf(made)).toBe(kind)
    expect(made.description).toBe('Kept')
    expect(made.minimum).toBeUndefined()
  }
})

test('what is renamed is required by its new name, and what is required elsewhere stays', () => {
  if (!isTable(SCHEMA)) throw new Error()
  const properties = propertiesOf(SCHEMA).map((one) => (one.name === 'total' ? { ...one, name: 'sum' } : one))
  const made = withProperties(SCHEMA, properties)
  expect(made.required).toEqual(['sum', 'somewhere else'])
  expect(made.additionalProperties).toBe(false)
  expect(Object.keys(made.properties as object)[0]).toBe('sum')
  expect(withProperties({ required: ['a'], properties: { a: {} } }, []).required).toBeUndefined()
  expect(freeName(propertiesOf(made), 'sum')).toBe('sum2')
})
