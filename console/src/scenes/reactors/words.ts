// A reactor's rules in words.

import { isObject, type Json, type JsonObject } from '../../api/exactJson'
import type { ReactorView } from '../../api/queries'
import { counted, lengthOf } from '../../parts/words'

export function rewardOf(reactor: Pick<ReactorView, 'reactions'>): string {
  const reactions = Array.isArray(reactor.reactions) ? (reactor.reactions as Json[]) : []
  if (reactions.length === 0) return 'nothing'
  return reactions.map(given).join(', and ')
}

function given(reaction: Json): string {
  if (!isObject(reaction) || !isObject(reaction.points)) return '?'
  const { usableAfter, expiresAfter } = reaction
  const usable = usableAfter == null ? '' : `, usable after ${lengthOf(String(usableAfter))}`
  const expires = expiresAfter == null ? '' : `, running out after ${lengthOf(String(expiresAfter))}`
  return derived(reaction.points) + usable + expires
}

function derived(derivation: { [name: string]: Json }): string {
  const signs = derivation.operation === 'PRODUCT' ? ' × ' : ' + '
  const parts = (Array.isArray(derivation.arguments) ? derivation.arguments : []).map(argumentOf)
  const least = derivation.max == null ? '' : `, at most ${String(derivation.max)}`
  return `${parts.join(signs)} points${least}`
}

function argumentOf(argument: Json): string {
  if (!isObject(argument)) return '?'
  if (argument.type === 'NUMBER') return String(argument.value)
  if (argument.type === 'JSON_VALUE') return `the payload’s ${String(argument.value)}`
  return `(${derived(argument).replace(/ points/, '')})`
}

const CONTEXTS: Record<string, string> = {
  SUBJECT: 'for each user',
  TENANT: 'in the programme',
  GLOBAL: 'in all',
}
const PERIODS: Record<string, string> = {
  HOUR: 'an hour',
  DAY: 'a day',
  WEEK: 'a week',
  MONTH: 'a month',
  YEAR: 'a year',
}

/** All that bounds a reactor, a sentence each. */
export function limitsOf(reactor: Pick<ReactorView, 'maxActivations' | 'activationContext' | 'limits'>): string[] {
  const { maxActivations: activations, activationContext: context, limits } = reactor
  const ever = activations === null ? [] : [limitOf({ activations, context })]
  return [...ever, ...(Array.isArray(limits) ? (limits as Json[]) : []).filter(isObject).map(limitOf)]
}

function limitOf({ activations, points, per, context }: JsonObject): string {
  const most = activations == null ? counted(Number(points), 'point') : times(Number(activations))
  const whose = CONTEXTS[String(context ?? 'SUBJECT')] ?? ''
  return [most, periodOf(per, points != null), whose].filter(Boolean).join(' ')
}

function times(number: number): string {
  return number === 1 ? 'once' : counted(number, 'time')
}

function periodOf(per: Json | undefined, isOfPoints: boolean): string {
  if (per == null) return isOfPoints ? 'ever,' : ''
  return PERIODS[String(per)] ?? `within any ${lengthOf(String(per))}`
}

const MODES: Record<string, string> = {
  ALL: 'all of its reactors that can fire do',
  FIRST_MATCH: 'of its reactors the first one that can fires, by priority, and no other',
  BEST: 'of its reactors the one that gives the most points fires, and no other',
}

export function groupOf({ group }: Pick<ReactorView, 'group'>): string {
  return group ? `${group.name}: ${MODES[group.mode] ?? group.mode}` : 'none'
}

const STATES: Record<string, string> = {
  DRAFT: 'It does not react until it is published.',
  SCHEDULED: 'It reacts once its time has come.',
  LIVE: 'It reacts to events.',
  PAUSED: 'It rests: nothing fires, and nothing is counted.',
  ENDED: 'It reacts no longer.',
}

export function meaningOf(state: string): string {
  return STATES[state] ?? ''
}

export type Form = 'none' | 'expression' | 'rows' | 'schema'

/** In which of its forms a constraint is written. */
export function formOf(constraint: Json | undefined): Form {
  if (constraint == null) return 'none'
  if (typeof constraint === 'string') return 'expression'
  if (!isObject(constraint) || Object.keys(constraint).length === 0) return 'none'
  // No JSON Schema has such a keyword.
  return GROUPS.some((name) => Object.hasOwn(constraint, name)) ? 'rows' : 'schema'
}

export const GROUPS = ['all', 'any', 'none'] as const
export const HOLDING: Record<(typeof GROUPS)[number], string> = {
  all: 'All of these hold:',
  any: 'At least one of these holds:',
  none: 'None of these holds:',
}
const OPERATORS: Record<string, string> = {
  '==': 'is',
  '!=': 'is not',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
  in: 'is one of',
  notIn: 'is none of',
  includes: 'includes',
  contains: 'contains',
  startsWith: 'begins with',
  endsWith: 'ends with',
  matches: 'matches',
  before: 'is before',
  after: 'is after',
  exists: 'is there',
  missing: 'is not there',
}

export function operatorOf(operator: Json | undefined): string {
  return OPERATORS[String(operator)] ?? String(operator)
}
