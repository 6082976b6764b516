import { describe, expect, test } from 'vitest'
import { parseExact } from '../../api/exactJson'
import { filtersOf, holds, isShown, timeOf } from './conditions'
import { compareNumbers } from './numbers'
import { parse, withInstead, without } from './query'
import { quoted } from './quoted'
import { suggestions, typingAt } from './suggest'

const NOW = Date.parse('2026-03-29T10:00:00Z')
const ZONE = 'Europe/Vienna'
const asked = (text: string) => filtersOf(parse(text).conditions, NOW, ZONE).filters
const told = (text: string) => {
  const { conditions, faults } = parse(text)
  return [...faults, ...filtersOf(conditions, NOW, ZONE).faults].map(({ start, end, message }) => [
    text.slice(start, end),
    message,
  ])
}

test('every kind of condition becomes its parameter', () => {
  expect(asked('type:PURCHASED_COFFEE subject:ada after:2h payload.total>50')).toEqual({
    type: 'PURCHASED_COFFEE',
    subject: 'ada',
    reportedFrom: '2026-03-29T08:00:00.000Z',
    payload: 'total>50',
  })
  expect(asked('-type:A_B -source:secret before:2026-03-29 occurred>"2026-03-28 09:30" occurred<now')).toEqual({
    notType: 'A_B',
    notSource: 'secret',
    reportedTo: '2026-03-28T23:00:00.000Z',
    occurredFrom: '2026-03-28T08:30:00.000Z',
    occurredTo: '2026-03-29T10:00:00.000Z',
  })
  expect(asked('payload.lines.product:tea -payload.kind:"a b" payload."x.y"~"," -payload.n>=2 payload.m!=1')).toEqual({
    payload: 'lines.product=tea,kind!="a b","x.y"~",",n<2,m!=1',
  })
  expect(asked('  source:/till/7  ')).toEqual({ source: '/till/7' })
  expect(parse('')).toEqual({ conditions: [], faults: [] })
})

test.each([
  ['30m', '2026-03-29T09:30:00.000Z'],
  ['7d', '2026-03-22T10:00:00.000Z'],
  ['today', '2026-03-28T23:00:00.000Z'],
  ['yesterday', '2026-03-27T23:00:00.000Z'],
  ['2026-03-29T12:00', '2026-03-29T10:00:00.000Z'],
  ['2026-03-29T12:00:00+00:00', '2026-03-29T12:00:00.000Z'],
])('the time %s is %s, in the programme’s zone', (text, instant) => {
  expect(timeOf(text, NOW, ZONE)).toBe(instant)
})

test.each([
  ['ada', 'ada', /“ada” is no condition.*subject:ada/],
  ['type: subject:x', 'type:', /A value is missing after “type:”/],
  ['tpye:A', 'tpye:A', /There is no “tpye”/],
  ['type.x:A', 'type.x:A', /There is no “type.x”/],
  ['type>A', 'type>A', /After “type” a colon/],
  ['payload>5', 'payload>5', /Say which place/],
  ['-subject:ada', '-subject:ada', /cannot be turned round/],
  ['-payload.a~x', '-payload.a~x', /cannot be turned round/],
  ['-after:2h', '-after:2h', /cannot be turned round/],
  ['occurred:2h', 'occurred:2h', /takes > or </],
  ['type:A type:B', 'type:B', /“type” stands here twice/],
  ['after:2h reported>3h', 'reported>3h', /This side of the time is given twice/],
  ['type:"A', 'type:"A', /double quotes/],
  ['type:"A"B', 'type:"A"B', /double quotes/],
  ['type:"\\x"', 'type:"\\x"', /double quotes/],
  ['after:soon', 'after:soon', /“soon” is no time/],
  ['before:2026-02-30', 'before:2026-02-30', /is no time/],
])('%s: what is wrong is told, with its place', (text, place, message) => {
  const [first, ...more] = told(text)
  expect(first?.[0]).toBe(place)
  expect(first?.[1]).toMatch(message)
  expect(more).toEqual([])
})

test('a ninth condition on the payload is one too many, and what can be read is kept beside a fault', () => {
  expect(told('payload.a:1 '.repeat(9))).toHaveLength(1)
  expect(parse('nonsense type:A').conditions.map(({ kind }) => kind)).toEqual(['type'])
})

test('conditions are taken away and replaced where they stand', () => {
  const text = 'type:A  payload.a:"x y" after:1h'
  const { conditions } = parse(text)
  expect(conditions.map((one) => without(text, one))).toEqual(['payload.a:"x y" after:1h', 'type:A after:1h', 'type:A  payload.a:"x y"'])
  expect(withInstead('after:1h type:A before:now', ['reported'], 'after:7d')).toBe('type:A after:7d')
  expect(withInstead('after:1h', ['reported'], '')).toBe('')
  expect(['a', 'a b', '', 'a"b'].map(quoted)).toEqual(['a', '"a b"', '""', '"a\\"b"'])
})

describe('a live event', () => {
  // The same cases as those of the server, in tests/events/test_search.py.
  const payloads = {
    tea: '{"total": 12.50, "kind": "Tea", "lines": [{"n": 1, "tag": "hot"}, {"n": 3}], "at": "2026-03-01"}',
    cake: '{"total": 50, "kind": "cake, big", "paid": true, "a b": {"c.d": 0}}',
    code: '{"total": "50", "kind": null}',
    huge: '{"total": 9007199254740993}',
  }
  test.each([
    ['total>12.4', ['tea', 'cake', 'huge']],
    ['total=12.5', ['tea']],
    ['total=50', ['cake', 'code']],
    ['total="50"', ['code']],
    ['total!=50', ['tea', 'huge']],
    ['total>9007199254740992', ['huge']],
    ['total>9007199254740993', []],
    ['kind=Tea', ['tea']],
    ['kind~TEA', ['tea']],
    ['kind~", b"', ['cake']],
    ['lines.n>2', ['tea']],
    ['lines.n!=1', []],
    ['lines.tag=hot', ['tea']],
    ['paid=true', ['cake']],
    ['kind=null', ['code']],
    ['nothing!=1', []],
    ['"a b"."c.d"=0', ['cake']],
    ['at>2026-02', ['tea']],
    ['at<2026-02', []],
    ['kind~.', []],
    ['total<=12.50', ['tea']],
  ])('payload.%s is met by %j', (text, names) => {
    const [condition] = parse(`payload.${text}`).conditions
    const met = Object.entries(payloads).filter(([, payload]) => holds(condition!, parseExact(payload)))
    expect(met.map(([name]) => name)).toEqual(names)
  })

  test('is shown where all of the query holds', () => {
    const event = {
      type: 'A_B',
      reporter: 'secret:7',
      occurredAt: '2026-03-29T09:00:00Z',
      reportedAt: '2026-03-29T09:59:00Z',
      payload: { total: 5 },
      context: { cloudEvent: { source: '/till' } },
    } as never
    const is = (text: string) => isShown(event, parse(text).conditions, asked(text))
    for (const text of ['source:secret', 'source:secret:7', 'source:/till', 'occurred>2h', 'after:5m', '-type:C_D'])
      expect(is(text), text).toBe(true)
    for (const text of ['-source:secret', '-type:A_B', 'occurred>30m', 'occurred<2h', 'before:5m', 'payload.total>5'])
      expect(is(text), text).toBe(false)
  })
})

test('numbers are compared exactly', () => {
  for (const [one, other, order] of [
    ['0.1', '0.10', 0],
    ['1e2', '100', 0],
    ['-2', '-1.9', -1],
    ['9007199254740993', '9007199254740992', 1],
    ['1e-300', '0', 1],
  ] as const)
    expect(compareNumbers(one, other)).toBe(order)
})

test('what may come next is offered for the word at the caret', () => {
  const known = {
    types: [{ name: 'A_B', description: 'First' }, { name: 'C_D', description: 'Second' }],
    users: [{ id: '7', label: 'Ada Byron', detail: '' }],
  }
  const offered = (text: string) => suggestions(typingAt(text, text.length), known).map(({ value }) => value)
  expect(offered('type:A_B pay')).toEqual(['payload.'])
  expect(offered('-t')).toEqual(['-type:'])
  expect(offered('type:sec')).toEqual(['type:C_D'])
  expect(offered('subject:"Ada B')).toEqual(['subject:7'])
  expect(offered('-source:s')).toEqual(['-source:secret'])
  expect(offered('payload.total>5')).toEqual([])
  expect(offered('')).toHaveLength(8)
})
