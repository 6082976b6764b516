import { describe, expect, it } from 'vitest'
import { ExactNumber, JsonSyntaxError, numberOf, parseExact, writeExact } from './exactJson'

const NUMBERS = ['0', '-0', '1', '12.50', '1.0', '1e5', '1E+2', '-3.10', '9007199254740993', '0.1', '123456789.123456789012345']

describe('exact JSON', () => {
  it.each(NUMBERS)('keeps the text of %s', (text) => {
    expect(writeExact(parseExact(text))).toBe(text)
  })

  it.each(['', '01', '.5', '5.', '+1', '1e', '--1', 'NaN', 'Infinity', '1 2', '0x10'])('takes %j for no number', (text) => {
    expect(numberOf(text)).toBeUndefined()
  })

  it('reads numbers that JavaScript writes alike as numbers', () => {
    expect(parseExact('[1, 2.5, -7]')).toEqual([1, 2.5, -7])
    expect(parseExact('2.50')).toEqual(new ExactNumber('2.50'))
  })

  it('writes what it has read', () => {
    const text = '{"a":[1,{"b":null}],"c":"x\\n\\u2028","d":true,"e":{},"f":[]}'
    expect(parseExact(writeExact(parseExact(text), 2))).toEqual(parseExact(text))
    expect(JSON.parse(writeExact(parseExact(text)))).toEqual(JSON.parse(text))
  })

  it('leaves members that are undefined out', () => {
    expect(writeExact({ a: undefined, b: 1 })).toBe('{"b":1}')
  })

  it('takes __proto__ for a name like any other', () => {
    const read = parseExact('{"__proto__": {"polluted": 1}}') as { polluted?: number }
    expect(read.polluted).toBeUndefined()
    expect(writeExact(read)).toBe('{"__proto__":{"polluted":1}}')
  })

  it.each(['{', '{"a":1,}', '[1,]', '{"a" 1}', "{'a':1}", '{"a":1,"a":2}', '"x', '{"a":1} x', '"\n"', 'tru', '[' .repeat(500)])(
    'says where %j cannot be read',
    (text) => {
      expect(() => parseExact(text)).toThrow(JsonSyntaxError)
      expect(() => parseExact(text)).toThrow(/^Line \d+, column \d+: /)
    },
  )
})
