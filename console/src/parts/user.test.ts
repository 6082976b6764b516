import { describe, expect, it } from 'vitest'
import type { User } from '../api/queries'
import { nameOf, typedNameOf } from './user'

const named = (givenName: string) => ({ profile: { givenName }, accountNumber: '7' }) as unknown as User

describe('the name of a member', () => {
  it('stands as it is, where it turns nothing around', () => {
    expect([nameOf(named('Zoë')), nameOf(named(''))]).toEqual(['Zoë', '7'])
  })
  it('keeps to itself, where it is written from the right or says so', () => {
    expect([nameOf(named('محمد')), nameOf(named('\u202eevil'))]).toEqual(['\u2068محمد\u2069', '\u2068\u202eevil\u2069'])
    expect(typedNameOf(named('محمد'))).toBe('محمد')
  })
})
