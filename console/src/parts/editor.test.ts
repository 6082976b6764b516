import { describe, expect, it } from 'vitest'
import { ExactNumber, writeExact } from '../api/exactJson'
import { asReference, bodyOf, changesOf, draftOf, isIncomplete, unreadable, type Field } from './editor'

const ZONE = 'Europe/Vienna'
const FIELDS: Field[] = [
  { kind: 'text', at: '/name', label: 'Name', required: true },
  { kind: 'number', at: '/price', label: 'Price' },
  { kind: 'flag', at: '/purchasable', label: 'For sale', initially: true },
  { kind: 'choice', at: '/category', label: 'Category', options: [], none: 'None', ...asReference },
  { kind: 'instant', at: '/availability/start', label: 'From' },
  { kind: 'several', at: '/audiences', label: 'Audiences', options: [] },
  { kind: 'json', at: '/extra', label: 'Extra', when: (draft) => draft['/purchasable'] === true },
]
const NEW = draftOf(FIELDS, undefined, ZONE)

describe('what is sent', () => {
  it('leaves out what is empty, and keeps numbers as they are written', () => {
    expect(writeExact(bodyOf(FIELDS, { ...NEW, '/name': ' Mug ' }, ZONE))).toBe('{"name":"Mug","purchasable":true}')
    const draft = { ...NEW, '/price': '12.50', '/category': 'c1', '/availability/start': '2026-07-01 09:00', '/extra': '[1.0]' }
    expect(writeExact(bodyOf(FIELDS, draft, ZONE))).toBe(
      '{"price":12.50,"purchasable":true,"category":{"id":"c1"},"availability":{"start":"2026-07-01T07:00:00.000Z"},"extra":[1.0]}',
    )
  })

  it('is what differs, with null for what was emptied or is no longer shown', () => {
    const row = { name: 'Mug', price: 5, purchasable: true, category: { id: 'c1' }, audiences: [{ id: 'a' }], extra: {} }
    const before = draftOf(FIELDS, row, ZONE)
    expect(changesOf(FIELDS, before, before, ZONE)).toEqual({})
    const after = { ...before, '/price': '6', '/category': '', '/audiences': [], '/purchasable': false }
    expect(changesOf(FIELDS, before, after, ZONE)).toEqual({
      price: 6,
      purchasable: false,
      category: null,
      audiences: [],
      extra: null,
    })
  })

  it('keeps an amount that JavaScript cannot hold', () => {
    const before = draftOf(FIELDS, { name: 'x', price: new ExactNumber('9007199254740993') }, ZONE)
    expect(before['/price']).toBe('9007199254740993')
    expect(writeExact(changesOf(FIELDS, before, { ...before, '/price': '9007199254740995' }, ZONE))).toBe(
      '{"price":9007199254740995}',
    )
  })

  it('leaves what is fixed once it is made', () => {
    const fields: Field[] = [{ kind: 'text', at: '/type', label: 'Type', isFixed: true }]
    expect(changesOf(fields, { '/type': 'a' }, { '/type': 'b' }, ZONE)).toEqual({})
  })
})

describe('what is not ready', () => {
  it('names fields that cannot be read', () => {
    const found = unreadable(FIELDS, { ...NEW, '/extra': '{', '/availability/start': 'tomorrow' }, ZONE)
    expect(Object.keys(found)).toEqual(['/availability/start', '/extra'])
    expect(found['/availability/start']).toContain('2026-03-01 09:30')
  })

  it('misses what is required and shown', () => {
    expect(isIncomplete(FIELDS, NEW)).toBe(true)
    expect(isIncomplete(FIELDS, { ...NEW, '/name': 'Mug' })).toBe(false)
  })
})
