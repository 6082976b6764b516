import { describe, expect, it } from 'vitest'
import { groupOf, isUnfinished, treeOf, type Group } from './criteria'

const rule = (field: string, operator: string, ...value: unknown[]) => ({ type: 'rule', properties: { field, operator, value } })
const TREE = {
  type: 'group',
  properties: { conjunction: 'AND', not: false },
  children1: [
    rule('points.earned', 'between', 10, 20),
    rule('profile.city', 'select_any_in', ['Basel', 'Bern']),
    {
      type: 'group',
      properties: { conjunction: 'OR', not: true },
      children1: [rule('events.PURCHASED_COFFEE.P30D', 'greater', 3), rule('consents.Newsletter', 'equal', true), rule('tier', 'is_null')],
    },
  ],
}
const TYPES: Record<string, string> = { 'points.earned': 'number', events: 'number', consents: 'boolean' }

describe('criteria', () => {
  it('are the same after they were rows', () => {
    const group = groupOf(TREE)!
    expect(group.parts[0]).toMatchObject({ field: 'points.earned', values: ['10', '20'] })
    expect((group.parts[2] as Group).parts[0]).toMatchObject({ field: 'events', key: 'PURCHASED_COFFEE', window: 'P30D' })
    expect(treeOf(group, (field) => TYPES[field] ?? 'text')).toEqual(TREE)
    expect(isUnfinished(group)).toBe(false)
  })

  it('that rows cannot show are left as they are', () => {
    expect(groupOf({ all: [] })).toBeUndefined()
    expect(groupOf({ type: 'group', children1: [{ type: 'switch' }] })).toBeUndefined()
  })

  it('are not finished while a row lacks something', () => {
    const group: Group = { kind: 'group', isAll: true, isNot: false, parts: [{ kind: 'rule', field: 'tier', key: '', window: '', operator: 'equal', values: [' '] }] }
    expect(isUnfinished(group)).toBe(true)
  })
})
