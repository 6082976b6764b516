import { describe, expect, it } from 'vitest'
import { codesOf, partsOf } from './codesOf'

describe('the codes of a file', () => {
  it('are its lines, or the first cells of them', () => {
    expect(codesOf('\uFEFFAB-1\r\n\n AB-2 \nAB-3').map(({ line, code }) => `${line}:${code}`)).toEqual(['1:AB-1', '3:AB-2', '4:AB-3'])
    expect(codesOf('Code;Value\n"A ""1"";x";5\nB2,5').map(({ code }) => code)).toEqual(['A "1";x', 'B2'])
    expect(codesOf('\n \n')).toEqual([])
  })

  it('go in parts that one call takes', () => {
    const lines = Array.from({ length: 12_000 }, (_, line) => ({ line, code: 'x' }))
    expect(partsOf(lines).map((part) => part.length)).toEqual([5_000, 5_000, 2_000])
    const long = Array.from({ length: 3 }, (_, line) => ({ line, code: 'x'.repeat(150_000) }))
    expect(partsOf(long).map((part) => part.length)).toEqual([1, 1, 1])
    expect(partsOf([])).toEqual([])
  })
})
