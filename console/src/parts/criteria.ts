// Criteria as audiences and rewards have them: a tree of groups and rules, as rows are edited and as it is sent.

import { isObject, numberOf, type Json, type JsonObject } from '../api/exactJson'
import type { CriteriaConfigView } from '../api/generated/types.gen'

export type Rule = { kind: 'rule'; field: string; key: string; window: string; operator: string; values: string[] }
export type Group = { kind: 'group'; isAll: boolean; isNot: boolean; parts: (Rule | Group)[] }

export const EMPTY_RULE: Rule = { kind: 'rule', field: '', key: '', window: '', operator: '', values: [''] }
export const EMPTY_GROUP: Group = { kind: 'group', isAll: true, isNot: false, parts: [EMPTY_RULE] }

const NONE = ['is_null', 'is_not_null']
const TWO = ['between', 'not_between']
const MANY = ['select_any_in', 'select_not_any_in']

/** How many values an operator takes; many stand in one text. */
export function valuesOf(operator: string): number {
  return NONE.includes(operator) ? 0 : TWO.includes(operator) ? 2 : 1
}
export const takesMany = (operator: string) => MANY.includes(operator)

export type Choice = { value: string; label: string; type: string; operators: readonly string[]; options?: Option[]; hasKey: boolean; hasWindow: boolean }
type Option = { value: string; label: string }

/** What a row can look at: fields, and families whose fields go on with a key. */
export function choicesOf(config: CriteriaConfigView): Choice[] {
  const fields = Object.entries(config.fields).map(([value, field]) => ({
    value,
    label: field.label,
    type: field.type,
    operators: field.operators,
    options: (field.listValues as { value: string; title: string }[] | null | undefined)?.map(({ value, title }) => ({ value, label: title })),
    hasKey: false,
    hasWindow: false,
  }))
  const families = config.families
    .filter((family) => family.pattern.endsWith('.KEY'))
    .map((family) => ({
      value: family.pattern.slice(0, -'.KEY'.length),
      label: family.label,
      type: family.type,
      operators: family.operators,
      options: family.keys?.map((key) => ({ value: key, label: key })),
      hasKey: true,
      hasWindow: family.pattern.startsWith('events.'),
    }))
  return [...fields, ...families]
}

const FAMILIES = ['profile.attributes', 'attributes', 'consents', 'badges', 'events']
const WINDOW = /^(.+)\.(P[0-9TDWMYHS]+)$/

/** Reads a tree; undefined where it has what rows cannot show. */
export function groupOf(tree: unknown): Group | undefined {
  if (!isObject(tree) || tree.type !== 'group') return undefined
  const properties = isObject(tree.properties) ? tree.properties : {}
  const children = Array.isArray(tree.children1) ? tree.children1 : isObject(tree.children1) ? Object.values(tree.children1) : []
  const parts = children.map((child) => (isObject(child) && child.type === 'group' ? groupOf(child) : ruleOf(child)))
  if (parts.length === 0 || parts.some((part) => part === undefined)) return undefined
  return { kind: 'group', isAll: properties.conjunction !== 'OR', isNot: properties.not === true, parts: parts as Group['parts'] }
}

function ruleOf(node: Json): Rule | undefined {
  if (!isObject(node) || !isObject(node.properties) || typeof node.properties.field !== 'string') return undefined
  const { field, operator, value } = node.properties
  const values = Array.isArray(value) ? value : []
  const texts = Array.isArray(values[0]) ? [values[0].map(String).join(', ')] : values.map((one) => String(one))
  const family = FAMILIES.find((one) => field.startsWith(`${one}.`))
  const named = { kind: 'rule' as const, operator: String(operator), values: texts.length ? texts : [''] }
  if (!family) return { ...named, field, key: '', window: '' }
  const rest = field.slice(family.length + 1)
  const windowed = family === 'events' ? WINDOW.exec(rest) : null
  return { ...named, field: family, key: windowed?.[1] ?? rest, window: windowed?.[2] ?? '' }
}

/** The tree that rows mean. `typeOf` is what a field holds: text stays text, even `12`. */
export function treeOf(group: Group, typeOf: (field: string) => string): JsonObject {
  return {
    type: 'group',
    properties: { conjunction: group.isAll ? 'AND' : 'OR', not: group.isNot },
    children1: group.parts.map((part) => (part.kind === 'group' ? treeOf(part, typeOf) : nodeOf(part, typeOf))),
  }
}

function nodeOf(rule: Rule, typeOf: (field: string) => string): JsonObject {
  const field = [rule.field, rule.key.trim(), rule.window.trim()].filter(Boolean).join('.')
  const read = (text: string) => valueOf(text.trim(), typeOf(rule.field))
  const values = rule.values.slice(0, valuesOf(rule.operator))
  const value = takesMany(rule.operator)
    ? [values[0]!.split(',').map((text) => text.trim()).filter(Boolean).map(read)]
    : values.map(read)
  return { type: 'rule', properties: { field, operator: rule.operator, value } }
}

function valueOf(text: string, type: string): Json {
  if (type === 'boolean') return text === 'true'
  if (type === 'number') return numberOf(text) ?? text
  if (type === 'any') return text === 'true' || text === 'false' ? text === 'true' : (numberOf(text) ?? text)
  return text
}

/** Whether a row says nothing yet. */
export function isUnfinished(group: Group): boolean {
  return group.parts.some((part) =>
    part.kind === 'group'
      ? isUnfinished(part)
      : part.field === '' || part.operator === '' || part.values.slice(0, valuesOf(part.operator)).some((text) => text.trim() === ''),
  )
}
