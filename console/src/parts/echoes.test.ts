import { describe, expect, it } from 'vitest'
import { Echoes } from './echoes'

describe('what an editor has said', () => {
  it('comes back late, one by one or several as one, and is no change', () => {
    const echoes = new Echoes()
    for (const text of ['{', '{"', '{"p', '{"pr']) echoes.say(text)
    expect(['{', '{"p', '{"pr'].map((text) => echoes.isEcho(text))).toEqual([true, true, true])
  })
  it('is told from what others put in its place', () => {
    const echoes = new Echoes()
    echoes.say('a')
    expect(echoes.isEcho('a')).toBe(true)
    expect(echoes.isEcho('a')).toBe(false)
    echoes.say('ab')
    expect(echoes.isEcho('theirs')).toBe(false)
    expect(echoes.isEcho('ab')).toBe(false)
  })
})
