// What a rule may look at, offered by name: the payload's fields from the type's schema, and what the engine knows.

import type { Json } from '../api/exactJson'
import { nodeOf } from '../schema-form/schema'
import { conditions } from '#words/conditions'

export type Kind = 'text' | 'number' | 'boolean' | 'list' | 'instant' | 'any'
export type Fact = {
  /** As rules write it. */
  path: string
  kind: Kind
  /** What it is, where its name does not say so. */
  told?: string
  /** Values that it can have, where those are listed. */
  values?: Json[]
}
export type CounterFacts = { name: string; what: string }

const DEPTH_MAX = 5
const FACTS_MAX = 300
const KINDS: Record<string, Kind> = {
  text: 'text', long: 'text', email: 'text', date: 'text', number: 'number', integer: 'number', boolean: 'boolean',
  array: 'list', 'date-time': 'text', object: 'any', json: 'any', choice: 'any', enum: 'any', const: 'any',
}
const NAME = /^[A-Za-z_]\w*$/
const RESERVED = new Set(['true', 'false', 'null', 'in'])

/** A field below a path, quoted where its name is no plain one. */
export function below(path: string, name: string): string {
  return NAME.test(name) && !RESERVED.has(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`
}

/** All that can be offered to rules over events of a type. */
export function factsOf(schema: Json | null | undefined, enhancers: string[], counters: CounterFacts[]): Fact[] {
  const found: Fact[] = []
  if (schema != null) walk(schema, schema, 'payload', 0, found)
  for (const enhancer of enhancers) found.push(...(ENHANCED[enhancer] ?? []))
  found.push(...KNOWN)
  for (const counter of counters) found.push(...ofCounter(counter))
  return found.slice(0, FACTS_MAX)
}

/** What is offered of the payload and the event alone, as counters may read it. */
export function factsOfEvent(schema: Json | null | undefined): Fact[] {
  return factsOf(schema, [], []).filter((fact) => /^(payload|event|now)\b/.test(fact.path))
}

function walk(given: Json, root: Json, path: string, depth: number, found: Fact[]): void {
  const { shape } = nodeOf(given, root)
  if (shape.kind !== 'object' || depth >= DEPTH_MAX) return
  for (const member of shape.members) {
    const node = nodeOf(member.schema, root)
    const at = below(path, member.name)
    const told = typeof node.schema.description === 'string' ? node.schema.description : undefined
    const values = node.shape.kind === 'enum' ? node.shape.values : undefined
    const kind = values?.every((value) => typeof value === 'string') ? 'text' : (KINDS[node.shape.kind] ?? 'any')
    if (node.shape.kind !== 'object') found.push({ path: at, kind, told, values })
    else walk(member.schema, root, at, depth + 1, found)
  }
}

const number = (path: string): Fact => ({ path, kind: 'number', told: conditions.facts[path] })
const ENHANCED: Record<string, Fact[]> = {
  POINTS_ENHANCER: ['balance', 'earned', 'spent', 'earnedInPeriod', 'spentInPeriod'].map((name) => number(`payload.points.${name}`)),
  RANDOM_NUMBER: [number('payload.randomNumber')],
  TIER: [
    { path: 'payload.tier.name', kind: 'text' },
    { path: 'payload.tier.priority', kind: 'number' },
  ],
  REFERRAL_DETAILS: ['campaignId', 'referrerId', 'status'].map((name) => ({ path: `payload.referral.${name}`, kind: 'text' })),
  AUDIENCE_ENHANCER: [{ path: 'payload.audiences', kind: 'list' }],
}

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
const KNOWN: Fact[] = (
  [
    ['event.weekday', 'text', DAYS],
    ['event.hour', 'number'],
    ['event.channel', 'text', ['secret', 'user', 'admin']],
    ['event.occurredAt', 'instant'],
    ['user.tier', 'text'],
    ['user.tierPriority', 'number'],
    ['user.audiences', 'list'],
    ['user.audienceIds', 'list'],
    ['user.badges', 'list'],
    ['user.consents', 'list'],
    ['user.campaigns', 'list'],
    ['user.accountAgeDays', 'number'],
    ['user.profile.city', 'text'],
    ['user.profile.country', 'text'],
    ['user.profile.region', 'text'],
    ['user.profile.postcode', 'text'],
    ['user.profile.gender', 'text'],
    ['user.profile.birthdate', 'text'],
    ['wallet.balance', 'number'],
    ['wallet.pending', 'number'],
  ] as [string, Kind, string[]?][]
).map(([path, kind, values]) => ({ path, kind, values, told: conditions.facts[path] }))

const READ: Record<string, string[]> = { COUNT: ['count', 'before.count'], SUM: ['sum', 'count', 'before.sum'], STREAK: ['streak', 'before.streak'] }

function ofCounter({ name, what }: CounterFacts): Fact[] {
  const numbers = [...(READ[what] ?? []), 'daysSinceLast']
  return [
    ...numbers.map((read): Fact => ({ path: `counters.${name}.${read}`, kind: 'number', told: conditions.counterFacts[read] })),
    { path: `counters.${name}.counts`, kind: 'boolean', told: conditions.counterFacts.counts },
  ]
}

export function kindOf(path: string, facts: Fact[]): Kind {
  const known = facts.find((fact) => fact.path === path)
  if (known) return known.kind
  return path === 'now' || path === 'event.occurredAt' ? 'instant' : 'any'
}

const EQUAL = ['==', '!=']
const ORDER = ['<', '<=', '>', '>=']
const TEXTS = ['contains', 'startsWith', 'endsWith', 'matches']
const THERE = ['exists', 'missing']
export const OPERATORS: Record<Kind, string[]> = {
  number: [...EQUAL, ...ORDER, 'in', 'notIn', ...THERE],
  text: [...EQUAL, 'in', 'notIn', ...TEXTS, ...THERE],
  boolean: [...EQUAL, ...THERE],
  list: ['includes', ...THERE],
  instant: ['before', 'after'],
  any: [...EQUAL, ...ORDER, 'in', 'notIn', 'includes', ...TEXTS, 'before', 'after', ...THERE],
}

/** The operators for a fact; the one that stands there is among them, whatever the fact is. */
export function operatorsFor(kind: Kind, current: string): string[] {
  const known = OPERATORS[kind]
  return known.includes(current) || current === '' ? known : [...known, current]
}

/** How the value of a row is written: not at all, as a list, or as one value of a kind. */
export function valueKind(operator: string, kind: Kind): 'none' | 'list' | Kind {
  if (THERE.includes(operator)) return 'none'
  if (operator === 'in' || operator === 'notIn') return 'list'
  if (TEXTS.includes(operator)) return 'text'
  if (operator === 'before' || operator === 'after') return 'instant'
  if (operator === 'includes') return 'any'
  return kind === 'list' ? 'any' : kind
}

