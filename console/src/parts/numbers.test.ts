import { expect, test } from 'vitest'
import { parseExact } from '../api/exactJson'
import { signed, written } from './numbers'

test.each([
  [1234567, '1,234,567'],
  ['12345678901234567890.10', '12,345,678,901,234,567,890.1'],
  [parseExact('0.30000000000000000001') as never, '0.30000000000000000001'],
  [-2.5, '-2.5'],
  ['many', 'many'],
  [null, undefined],
])('%s is written digit by digit', (value, text) => {
  expect(written(value)).toBe(text)
})

test('a change has a sign', () => {
  expect([signed(1500), signed(-3), signed(0)]).toEqual(['+1,500', '−3', '0'])
})
