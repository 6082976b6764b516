// A reactor's rules in words.

import { reactors } from '#words/reactors'
import { conditions } from '#words/conditions'
import { isObject, type Json, type JsonObject } from '../../api/exactJson'
import type { ReactorView } from '../../api/queries'
import { counted, lengthOf } from '#words/counted'
import { written } from '../../parts/numbers'

const { words } = reactors

export function rewardOf(reactor: Pick<ReactorView, 'reactions'>): string {
  const all = Array.isArray(reactor.reactions) ? (reactor.reactions as Json[]) : []
  if (all.length === 0) return words.nothing
  return all.map(given).join(words.and)
}

function given(reaction: Json): string {
  if (!isObject(reaction)) return '?'
  const what = done(reaction)
  return reaction.forFailure === true ? words.instead(what) : what
}

function done(reaction: JsonObject): string {
  switch (reaction.type) {
    case 'POINTS_CAP':
      return isObject(reaction.points) ? words.cap(derived(reaction.points)) : '?'
    case 'BADGE':
      return words.badge
    case 'REWARD':
      return words.reward
    case 'ATTRIBUTE':
      return words.attribute((Array.isArray(reaction.attributes) ? reaction.attributes : []).map((pair) => (isObject(pair) ? String(pair.key) : '?')).join(', '))
    case 'WEBHOOK':
      return words.webhook(hostOf(String(reaction.url)))
    case 'HANDLER':
      return words.handler
    default:
      return points(reaction)
  }
}

function points(reaction: JsonObject): string {
  if (reaction.activates != null) return words.activates
  if (reaction.cancels != null) return words.cancels
  if (!isObject(reaction.points)) return '?'
  const { usableAfter, expiresAfter, awaits } = reaction
  const usable = usableAfter == null ? '' : words.usable(lengthOf(String(usableAfter)))
  const expires = expiresAfter == null ? '' : words.expires(lengthOf(String(expiresAfter)))
  return derived(reaction.points) + usable + expires + (awaits == null ? '' : words.awaits)
}

function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]+)/.exec(url)?.[1] ?? url
}

function derived(derivation: JsonObject): string {
  const most = derivation.max == null ? '' : words.most(written(derivation.max as never))
  return words.points(partsOf(derivation)) + most
}

/** What points are worked out from: `the payload’s total × 2`. */
export const workedOut = (derivation: JsonObject) => partsOf(derivation)

function partsOf(derivation: JsonObject): string {
  const signs = derivation.operation === 'PRODUCT' ? ' × ' : ' + '
  return (Array.isArray(derivation.arguments) ? derivation.arguments : []).map(argumentOf).join(signs)
}

function argumentOf(argument: Json): string {
  if (!isObject(argument)) return '?'
  if ('operation' in argument) return `(${partsOf(argument)})`
  return argument.type === 'JSON_VALUE' ? words.payload(String(argument.value)) : written(argument.value as never)
}

/** All that bounds a reactor, a sentence each. */
export function limitsOf(reactor: Pick<ReactorView, 'maxActivations' | 'activationContext' | 'limits'>): string[] {
  const { maxActivations: activations, activationContext: context, limits } = reactor
  const ever = activations === null ? [] : [limitOf({ activations, context })]
  return [...ever, ...(Array.isArray(limits) ? (limits as Json[]) : []).filter(isObject).map(limitOf)]
}

function limitOf({ activations, points, per, coolDown, context }: JsonObject): string {
  const whose = words.contexts[String(context ?? 'SUBJECT')] ?? ''
  if (coolDown != null) return words.coolDown(lengthOf(String(coolDown)), whose)
  const most = activations == null ? counted(Number(points), 'point') : times(Number(activations))
  return [most, periodOf(per, points != null), whose].filter(Boolean).join(' ')
}

function times(number: number): string {
  return number === 1 ? words.once : counted(number, 'time')
}

function periodOf(per: Json | undefined, isOfPoints: boolean): string {
  if (per == null) return isOfPoints ? words.ever : ''
  return words.periods[String(per)] ?? words.window(lengthOf(String(per)))
}

export function groupOf({ group }: Pick<ReactorView, 'group'>): string {
  return group ? `${group.name}: ${words.modes[group.mode] ?? group.mode}` : reactors.noGroup
}

export function meaningOf(state: string): string {
  return words.states[state] ?? ''
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

export function operatorOf(operator: Json | undefined): string {
  return conditions.operators[String(operator)] ?? String(operator)
}

/** Whether a reactor is what a filter asks for: a part of its name or description, a state, an event type's id. */
export function matches(reactor: ReactorView, filter: { search?: string; state?: string; typeId?: string }): boolean {
  const wanted = filter.search?.trim().toLowerCase() ?? ''
  const text = `${reactor.name} ${reactor.description ?? ''} ${reactor.group?.name ?? ''}`.toLowerCase()
  if (wanted && !text.includes(wanted)) return false
  if (filter.state && reactor.state !== filter.state) return false
  return !filter.typeId || reactor.eventType.id === filter.typeId
}
