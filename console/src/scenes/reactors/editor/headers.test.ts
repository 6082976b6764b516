import { describe, expect, test } from 'vitest'
import { headersFault, headersOf, headersText } from './headers'

describe('headers of a webhook', () => {
  test('are lines of a name and a value, which may have colons of its own', () => {
    expect(headersOf('X-Till: 3\n\n Authorization : Basic a:b ')).toEqual({ 'X-Till': '3', Authorization: 'Basic a:b' })
    expect(headersOf(' \n')).toBeUndefined()
    expect(headersText({ 'X-Till': '3', 'X-Shop': '4' })).toBe('X-Till: 3\nX-Shop: 4')
  })

  test.each([
    ['X-Till: 3\nx-till: 4', 'x-till'],
    ['X-Till: 3\nnonsense', 'nonsense'],
    [': 3', ': 3'],
  ])('that are none stay as they were typed, and are told: %j', (text, named) => {
    expect(headersFault(text)).toContain(named)
    expect(headersOf(text)).toBe(text)
    expect(headersText(text)).toBe(text)
  })
})
