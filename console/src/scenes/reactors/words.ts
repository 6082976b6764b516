// A reactor's rules in words.

import { isObject, type Json } from '../../api/exactJson'
import type { ReactorView } from '../../api/queries'

export function rewardOf(reactor: ReactorView): string {
  const reactions = Array.isArray(reactor.reactions) ? (reactor.reactions as Json[]) : []
  if (reactions.length === 0) return 'nothing'
  return reactions.map((reaction) => (isObject(reaction) && isObject(reaction.points) ? derived(reaction.points) : '?')).join(', and ')
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

export function limitOf(reactor: ReactorView): string {
  if (reactor.maxActivations === null) return 'no limit'
  const times = reactor.maxActivations === 1 ? 'once' : `${reactor.maxActivations} times`
  return `${times} ${CONTEXTS[reactor.activationContext] ?? ''}`.trim()
}
