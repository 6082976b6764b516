import { describe, expect, it, test } from 'vitest'
import { ExactNumber, type Json } from '../api/exactJson'
import { below, factsOf, kindOf, operatorsFor, valueKind, type Kind } from './facts'
import { added, changed, countRows, filled, rowWith, withMode } from './rows'
import { constraintOf, NOTHING, turned, writtenOf } from './ConstraintEditor'
import { listText, textOf, valueOf, valuesOf } from './values'

const KINDS: Kind[] = ['any', 'number', 'text', 'boolean', 'list', 'instant']
const ODD = ['', 'GOLD', '50', 'true', 'null', ' a ', '"x"', 'a,b', '[1]', '{"a":1}', 'New York', "<script>alert('x')</script>"]

describe('a value as it is typed', () => {
  it.each([
    ['50', 'any', 50], ['12.50', 'number', new ExactNumber('12.50')], ['50', 'text', '50'], ['GOLD', 'any', 'GOLD'],
    ['"50"', 'any', '50'], ['true', 'boolean', true], ['true', 'text', 'true'], ['null', 'any', null],
    ['[1,2]', 'any', [1, 2]], ['"x', 'any', '"x'], ['5.', 'number', '5.'],
  ] as [string, Kind, Json][])('%s of a fact of the kind %s is %j', (text, kind, value) => {
    expect(valueOf(text, kind)).toEqual(value)
  })

  it('comes back as the same value, whatever it is', () => {
    const values: Json[] = [...ODD, 1, -2.5, new ExactNumber('1.0'), true, false, null, [1, 'a'], { a: [null] }]
    for (const kind of KINDS)
      for (const value of values) {
        const text = textOf(value, kind)
        const isTextual = kind === 'text' || kind === 'instant'
        if (isTextual && (typeof value !== 'string' || value !== value.trim())) continue
        expect(valueOf(text, kind)).toEqual(value)
      }
  })

  it('comes back as the same list', () => {
    const lists: Json[][] = [[], ['GOLD', 'SILVER'], ['a,b', 'c'], [1, new ExactNumber('2.50'), 'x'], ['', ' ', '"', '50', 'true'], [[1], { a: 1 }]]
    for (const list of lists) expect(valuesOf(listText(list, 'any'), 'any')).toEqual(list)
    expect(valuesOf('GOLD, Old Town,', 'text')).toEqual(['GOLD', 'Old Town'])
    expect(valuesOf('["a", 1]', 'any')).toEqual(['a', 1])
  })
})

describe('rows', () => {
  const row = (fact: string): Json => ({ fact, operator: '==', value: 1 })
  const rows = { all: [row('a'), { any: [row('b'), { none: [row('c')] }] }] }

  it('change at a place and nowhere else', () => {
    expect(changed(rows, [1, 1, 0], (one) => rowWith(one, 'fact', 'd'))).toEqual({
      all: [row('a'), { any: [row('b'), { none: [row('d')] }] }],
    })
    expect(changed(rows, [1, 0], () => undefined)).toEqual({ all: [row('a'), { any: [{ none: [row('c')] }] }] })
    expect(added(rows, [1, 1], row('e'))).toEqual({ all: [row('a'), { any: [row('b'), { none: [row('c'), row('e')] }] }] })
    expect(withMode(rows, 'none')).toEqual({ none: rows.all })
    expect(countRows(rows)).toBe(3)
  })

  it('that hold nothing are left out', () => {
    expect(filled({ all: [{ any: [] }, row('a'), { none: [{ all: [] }] }] })).toEqual({ all: [row('a')] })
    expect(filled({ all: [{ any: [] }] })).toBeUndefined()
  })

  it('have no value where the operator takes none, and one again where it does', () => {
    const missing = rowWith(row('a'), 'operator', 'missing')
    expect(missing).toEqual({ fact: 'a', operator: 'missing' })
    expect(rowWith(missing, 'operator', '>')).toEqual({ fact: 'a', operator: '>', value: '' })
  })
})

describe('facts', () => {
  const schema = {
    type: 'object',
    properties: {
      total: { type: 'number', description: 'In euros' },
      'a b': { type: 'string' },
      size: { enum: ['S', 'M'] },
      gift: { type: 'boolean' },
      items: { type: 'array', items: {} },
      shop: { type: 'object', properties: { city: { type: 'string' } } },
    },
  }
  const facts = factsOf(schema, ['POINTS_ENHANCER'], [{ name: 'visits', what: 'STREAK' }])

  it('come from the schema, the enhancers, the engine and the counters', () => {
    const paths = facts.map((fact) => fact.path)
    for (const path of ['payload.total', 'payload["a b"]', 'payload.shop.city', 'payload.points.balance', 'user.tier', 'counters.visits.streak'])
      expect(paths).toContain(path)
    expect(paths).not.toContain('payload.shop')
    expect(facts.find((fact) => fact.path === 'payload.size')?.values).toEqual(['S', 'M'])
  })

  it('say which operators and values make sense', () => {
    expect(kindOf('payload.total', facts)).toBe('number')
    expect(kindOf('size(payload.items)', facts)).toBe('any')
    expect(operatorsFor('list', '==')).toEqual(['includes', 'exists', 'missing', '=='])
    expect(valueKind('in', 'number')).toBe('list')
    expect(valueKind('exists', 'number')).toBe('none')
    expect(valueKind('contains', 'any')).toBe('text')
  })

  it('with names that are no plain ones are quoted', () => {
    expect(below('payload', 'in')).toBe('payload["in"]')
    expect(below('payload', 'x"y')).toBe('payload["x\\"y"]')
  })
})

test('what is written comes back in its form', () => {
  const constraints: Json[] = [null, 'payload.total > 5', { all: [{ fact: 'a', operator: '==', value: 1 }] }, { properties: { a: { const: new ExactNumber('1.0') } } }]
  for (const constraint of constraints) expect(constraintOf(writtenOf(constraint))).toEqual(constraint)
  expect(constraintOf({ ...NOTHING, form: 'schema', schema: '{' })).toBeUndefined()
})

test('what cannot be turned says why', () => {
  const check = { isValid: true, form: 'EXPRESSION' as const }
  expect(() => turned(NOTHING, 'rows', { ...check, expression: 'a + b > 1' })).toThrow(/Rows cannot say this/)
  expect(() => turned(NOTHING, 'rows', { ...check, fault: { detail: 'No.', line: 1, column: 3 } })).toThrow(/Line 1, column 3: No/)
  expect(turned(NOTHING, 'rows', { ...check, rows: { all: [] } }).rows).toEqual({ all: [] })
})
