// @vitest-environment happy-dom
// One schema a line: what somebody does in the form, and the payload that is sent.

import { MantineProvider } from '@mantine/core'
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseExact, writeExact, type Json } from '../api/exactJson'
import type { FieldErrors } from '../api/problem'
import { SchemaForm } from './SchemaForm'
import { initial } from './value'

beforeAll(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }))
})
afterEach(cleanup)

let sent: Json | undefined

function Harness({ schema, start, errors }: { schema: Json; start?: Json; errors?: FieldErrors }) {
  const [value, setValue] = useState<Json | undefined>(start ?? initial(schema, schema))
  sent = value
  return <SchemaForm schema={schema} value={value} onChange={setValue} errors={errors ?? {}} zone="Europe/Vienna" />
}

function show(schema: unknown, start?: string, errors?: FieldErrors) {
  // Through the reader that the answers of the server go through.
  const read = parseExact(JSON.stringify(schema))
  render(<Harness schema={read} start={start === undefined ? undefined : parseExact(start)} errors={errors} />, {
    wrapper: ({ children }) => <MantineProvider env="test">{children}</MantineProvider>,
  })
}

const text = () => (sent === undefined ? undefined : writeExact(sent))
const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label, { exact: true })
const fill = (label: string, value: string) => () => void fireEvent.change(field(label), { target: { value } })
const press = (name: string) => () => void fireEvent.click(screen.getByRole('button', { name }))
const check = (label: string) => () => void fireEvent.click(field(label))
const pick = (label: string, option: string) => () => {
  const select = field(label)
  const chosen = within(select).getByRole<HTMLOptionElement>('option', { name: option })
  fireEvent.change(select, { target: { value: chosen.value } })
}

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })
const string = { type: 'string' }
const number = { type: 'number' }
const card = object({ kind: { const: 'card' }, last4: string, note: string }, { required: ['kind'], title: 'Card' })
const cash = object({ kind: { const: 'cash' }, note: string }, { required: ['kind'], title: 'Cash' })

type Case = [name: string, schema: unknown, steps: (() => void)[], sent: string | undefined]

const CASES: Case[] = [
  ['an untouched form', object({ a: string, n: number, b: { type: 'boolean' }, l: { type: 'array' } }), [], undefined],
  ['a text', object({ a: string }), [fill('a', 'x')], '{"a":"x"}'],
  ['a text taken back', object({ a: string }), [fill('a', 'x'), fill('a', '')], undefined],
  ['a number by its text', object({ n: number }), [fill('n', '12.50')], '{"n":12.50}'],
  ['a large integer', object({ n: { type: 'integer' } }), [fill('n', '9007199254740993')], '{"n":9007199254740993}'],
  ['a number in scientific form', object({ n: number }), [fill('n', '1e3')], '{"n":1e3}'],
  ['what is no number, for the server to refuse', object({ n: number }), [fill('n', '1,5')], '{"n":"1,5"}'],
  ['zero', object({ n: number }), [fill('n', '0')], '{"n":0}'],
  ['true', object({ b: { type: 'boolean' } }), [pick('b', 'Yes')], '{"b":true}'],
  ['false', object({ b: { type: 'boolean' } }), [pick('b', 'No')], '{"b":false}'],
  ['a boolean taken back', object({ b: { type: 'boolean' } }), [pick('b', 'No'), pick('b', 'Not set')], undefined],
  ['a default that nobody set', object({ a: { ...string, default: 'x' } }), [], undefined],
  ['an enum of texts', object({ e: { enum: ['S', 'M'] } }), [pick('e', 'M')], '{"e":"M"}'],
  ['an enum of numbers', object({ e: { type: 'integer', enum: [1, 2] } }), [pick('e', '2')], '{"e":2}'],
  ['an enum of several types', object({ e: { enum: ['1', 1, true] } }), [pick('e', 'true')], '{"e":true}'],
  ['a oneOf of constants', object({ e: { oneOf: [{ const: 'a', title: 'First' }, { const: 'b' }] } }), [pick('e', 'First')], '{"e":"a"}'],
  ['a required constant', object({ v: { const: 2 }, a: string }, { required: ['v'] }), [], '{"v":2}'],
  ['an optional constant', object({ v: { const: 2 } }), [check('v: 2')], '{"v":2}'],
  ['an optional constant left alone', object({ v: { const: 2 } }), [], undefined],
  ['a constant null', object({ v: { const: null }, a: string }, { required: ['v'] }), [fill('a', 'x')], '{"v":null,"a":"x"}'],
  ['a nullable text', object({ a: { type: ['string', 'null'] } }), [check('a is null')], '{"a":null}'],
  ['a nullable text that is one', object({ a: { type: ['string', 'null'] } }), [fill('a', 'x')], '{"a":"x"}'],
  ['null by anyOf', object({ a: { anyOf: [number, { type: 'null' }] } }), [check('a is null')], '{"a":null}'],
  ['a number by anyOf with null', object({ a: { anyOf: [number, { type: 'null' }] } }), [fill('a', '1.10')], '{"a":1.10}'],
  ['an enum with null', object({ e: { enum: ['a', null] } }), [check('e is null')], '{"e":null}'],
  ['null taken back', object({ a: { type: ['string', 'null'] } }), [check('a is null'), check('a is null')], undefined],
  ['a required object', object({ o: object({ a: string }) }, { required: ['o'] }), [fill('a', 'x')], '{"o":{"a":"x"}}'],
  ['an optional object', object({ o: object({ a: string }) }), [press('Add o'), fill('a', 'x')], '{"o":{"a":"x"}}'],
  ['an optional object, empty', object({ o: object({ a: string }) }), [press('Add o')], '{"o":{}}'],
  ['an optional object taken away', object({ o: object({ a: string }) }), [press('Add o'), press('Remove o')], undefined],
  [
    'objects in objects',
    object({ o: object({ p: object({ q: string }, { required: ['q'] }) }, { required: ['p'] }) }, { required: ['o'] }),
    [fill('q', 'x')],
    '{"o":{"p":{"q":"x"}}}',
  ],
  ['an array of texts', object({ l: { type: 'array', items: string } }), [press('Add to l'), fill('l 1', 'x')], '{"l":["x"]}'],
  ['an item without a value', object({ l: { type: 'array', items: string } }), [press('Add to l')], '{"l":[null]}'],
  [
    'an array of numbers',
    object({ l: { type: 'array', items: number } }),
    [press('Add to l'), press('Add to l'), fill('l 2', '2.0'), fill('l 1', '1')],
    '{"l":[1,2.0]}',
  ],
  [
    'an item removed',
    object({ l: { type: 'array', items: string } }),
    [press('Add to l'), fill('l 1', 'x'), press('Add to l'), fill('l 2', 'y'), press('Remove l 1')],
    '{"l":["y"]}',
  ],
  ['the last item removed', object({ l: { type: 'array', items: string } }), [press('Add to l'), press('Remove l 1')], undefined],
  [
    'an array of objects',
    object({ l: { type: 'array', items: object({ a: string, n: number }, { title: 'Line' }) } }),
    [press('Add to l'), fill('a', 'x'), fill('n', '3.40')],
    '{"l":[{"a":"x","n":3.40}]}',
  ],
  ['minItems that nobody set', object({ l: { type: 'array', items: string, minItems: 2 } }), [], undefined],
  [
    'an array of arrays',
    object({ l: { type: 'array', items: { type: 'array', items: number } } }),
    [press('Add to l'), press('Add to l 1'), fill('l 1 1', '5')],
    '{"l":[[5]]}',
  ],
  ['an alternative by its constant', object({ p: { oneOf: [card, cash] } }), [pick('Kind of p', 'Cash')], '{"p":{"kind":"cash"}}'],
  [
    'an alternative with members',
    object({ p: { oneOf: [card, cash] } }),
    [pick('Kind of p', 'Card'), fill('last4', '4242')],
    '{"p":{"kind":"card","last4":"4242"}}',
  ],
  [
    'another alternative, keeping what both have',
    object({ p: { oneOf: [card, cash] } }),
    [pick('Kind of p', 'Card'), fill('last4', '4242'), fill('note', 'x'), pick('Kind of p', 'Cash')],
    '{"p":{"kind":"cash","note":"x"}}',
  ],
  ['an alternative taken back', object({ p: { oneOf: [card, cash] } }), [pick('Kind of p', 'Card'), pick('Kind of p', 'Not set')], undefined],
  ['alternatives of plain types', object({ x: { anyOf: [string, number] } }), [pick('Kind of x', 'number'), fill('x: number', '7.0')], '{"x":7.0}'],
  [
    'alternatives of the whole payload',
    { oneOf: [card, cash] },
    [pick('Kind of The whole payload', 'Card'), fill('last4', '1')],
    '{"kind":"card","last4":"1"}',
  ],
  ['a local reference', { ...object({ a: { $ref: '#/$defs/x' } }), $defs: { x: { ...number, title: 'Amount' } } }, [fill('Amount', '1.0')], '{"a":1.0}'],
  ['a reference with an escaped name', { ...object({ a: { $ref: '#/definitions/x~1y' } }), definitions: { 'x/y': string } }, [fill('a', 'z')], '{"a":"z"}'],
  [
    'a recursive reference',
    { ...object({ o: { $ref: '#/$defs/n' } }), $defs: { n: object({ v: string, next: { $ref: '#/$defs/n' } }) } },
    [press('Add o'), press('Add next'), () => fireEvent.change(screen.getAllByLabelText('v')[1]!, { target: { value: 'x' } })],
    '{"o":{"next":{"v":"x"}}}',
  ],
  ['a schema that is only itself', { oneOf: [{ $ref: '#' }] }, [fill('The whole payload (JSON)', '{"a":1}')], '{"a":1}'],
  ['a schema that is itself and itself', { allOf: [{ $ref: '#' }] }, [fill('The whole payload (JSON)', '{"a":1}')], '{"a":1}'],
  [
    'objects that require themselves',
    object({ a: { $ref: '#' }, b: { $ref: '#' }, c: string }, { required: ['a', 'b'] }),
    [() => fireEvent.change(screen.getAllByLabelText('c')[0]!, { target: { value: 'x' } })],
    '{"c":"x"}',
  ],
  ['allOf', { allOf: [object({ a: string }), object({ b: string })] }, [fill('a', '1'), fill('b', '2')], '{"a":"1","b":"2"}'],
  ['a title', object({ a: { ...string, title: 'Shop' } }), [fill('Shop', 'x')], '{"a":"x"}'],
  ['a name with a slash', object({ 'a/b': string }), [fill('a/b', 'x')], '{"a/b":"x"}'],
  ['the name __proto__', JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}'), [fill('__proto__', 'x')], '{"__proto__":"x"}'],
  ['a date', object({ d: { ...string, format: 'date' } }), [fill('d', '2026-03-01')], '{"d":"2026-03-01"}'],
  ['a time in the zone', object({ t: { ...string, format: 'date-time' } }), [fill('t', '2026-03-01 09:30')], '{"t":"2026-03-01T08:30:00.000Z"}'],
  ['an e-mail address', object({ m: { ...string, format: 'email' } }), [fill('m', 'a@b.c')], '{"m":"a@b.c"}'],
  ['a long text', object({ a: { ...string, maxLength: 1000 } }), [fill('a', 'x\ny')], '{"a":"x\\ny"}'],
  ['no type at all', object({ x: {} }), [fill('x (JSON)', '{"any": 1.0}')], '{"x":{"any":1.0}}'],
  ['the schema true', object({ x: true }), [fill('x (JSON)', '[1]')], '{"x":[1]}'],
  ['the schema false', object({ x: false, a: string }), [fill('a', 'y')], '{"a":"y"}'],
  ['several types', object({ x: { type: ['string', 'number'] } }), [fill('x (JSON)', '"y"')], '{"x":"y"}'],
  ['an object of free names', object({ x: { type: 'object', additionalProperties: number } }), [fill('x (JSON)', '{"k":2.0}')], '{"x":{"k":2.0}}'],
  ['a tuple', object({ x: { type: 'array', prefixItems: [string, number] } }), [fill('x (JSON)', '["a",1]')], '{"x":["a",1]}'],
  ['a reference elsewhere', object({ x: { $ref: 'https://example.org/x' } }), [fill('x (JSON)', '1')], '{"x":1}'],
  ['a reference to nothing', object({ x: { $ref: '#/nowhere' } }), [fill('x (JSON)', '1')], '{"x":1}'],
  ['a reference to itself', { ...object({ x: { $ref: '#/$defs/x' } }), $defs: { x: { $ref: '#/$defs/x' } } }, [fill('x (JSON)', '1')], '{"x":1}'],
  ['an enum of objects', object({ x: { enum: [{ a: 1 }] } }), [fill('x (JSON)', '{"a":1}')], '{"x":{"a":1}}'],
  ['JSON that is taken back', object({ x: {} }), [fill('x (JSON)', '1'), fill('x (JSON)', '')], undefined],
  ['a payload without properties', { type: 'object' }, [fill('The whole payload (JSON)', '{"a": 1}')], '{"a":1}'],
]

describe('the form sends', () => {
  it.each(CASES)('%s', (_, schema, steps, expected) => {
    show(schema)
    for (const step of steps) step()
    expect(text()).toBe(expected)
  })
})

describe('the form shows', () => {
  it('a value that came from elsewhere, exactly', () => {
    show(object({ n: number, s: string }), '{"n":1.50,"s":"x"}')
    expect([field('n').value, field('s').value]).toEqual(['1.50', 'x'])
  })

  it('as JSON what its field cannot show, and loses nothing', () => {
    show(object({ s: string, o: object({ a: string }) }), '{"s":{"x":1.0},"o":[1],"other":2.0}')
    expect(field('s (JSON)').value).toBe('{\n  "x": 1.0\n}')
    fill('s (JSON)', '"y"')()
    expect(text()).toBe('{"s":"y","o":[1],"other":2.0}')
  })

  it('the alternative that a value is of', () => {
    show(object({ p: { oneOf: [card, cash] } }), '{"p":{"kind":"cash","note":"x"}}')
    expect(field('note').value).toBe('x')
    expect(screen.queryByLabelText('last4')).toBeNull()
  })

  it('each error at its field, in the words that it came in', () => {
    const items = { type: 'array', items: object({ a: number }) }
    show(object({ n: number, items, free: {} }), '{"items":[{"a":"x"}]}', {
      '': ['The whole is wrong.'],
      '/n': ['Too small.'],
      '/items/0/a': ['"x" is not of type "number".'],
      '/free/deep': ['Not so.'],
    })
    expect(screen.getByText('Too small.')).toBeTruthy()
    expect(screen.getByText('"x" is not of type "number".')).toBeTruthy()
    expect(screen.getByText('The whole is wrong.')).toBeTruthy()
    expect(screen.getByText('/deep Not so.')).toBeTruthy()
  })

  it('a fault in JSON, and keeps what was typed', () => {
    show(object({ x: {} }))
    fill('x (JSON)', '{"a":')()
    expect(screen.getByText(/Line 1, column 6/)).toBeTruthy()
    expect([field('x (JSON)').value, text()]).toEqual(['{"a":', undefined])
  })
})
