// An event type's settings in words.

import { writeExact } from '../../api/exactJson'
import type { EventTypeVersionView, EventTypeView, NamedSecretView, TypeSettings } from '../../api/queries'
import { counted, lengthOfSeconds } from '../../parts/words'

const UNLIKE_ANY_OTHER = 'RANDOM_NUMBER'

export function settingsOf({ settings, enhancers }: Pick<EventTypeView, 'settings' | 'enhancers'>): [string, string][] {
  const { occurredPastDays: past, occurredFutureSeconds: future, nearDuplicatePointer: near } = settings
  return [
    ['Unknown fields', settings.allowUnknown === false ? 'refused: the schema has to name them' : 'taken'],
    ['Broken payload', settings.onInvalid === 'quarantine' ? 'kept in quarantine' : 'refused'],
    ['Late event', latenessOf(settings)],
    ['Earliest time', past == null ? 'as far back as the engine allows' : `${counted(past, 'day')} back`],
    ['Latest time', future == null ? 'as far ahead as the engine allows' : `${lengthOfSeconds(future)} ahead`],
    ['Duplicate', duplicateOf(settings, enhancers)],
    ['Same content', identityOf(settings)],
    ['Near-duplicate', near ? `recorded and flagged, where ${near} says the same again` : 'not looked for'],
  ]
}

function latenessOf({ latePolicy, lateAfterDays }: TypeSettings): string {
  if (!latePolicy || latePolicy === 'accept') return 'taken'
  return `${latePolicy === 'hold' ? 'kept in quarantine' : 'refused'}, when more than ${counted(lateAfterDays ?? 0, 'day')} old`
}

function duplicateOf({ duplicateWindowSeconds: window = 60 }: TypeSettings, enhancers: string[]): string {
  if (enhancers.includes(UNLIKE_ANY_OTHER)) return `taken: ${UNLIKE_ANY_OTHER} makes every event another`
  return window === 0 ? 'taken' : `refused for ${lengthOfSeconds(window)}`
}

function identityOf({ duplicateInclude: only = [], duplicateExclude: without = [] }: TypeSettings): string {
  if (only.length) return `the same ${only.join(', ')}, whatever else differs`
  return without.length ? `the same payload, but for ${without.join(', ')}` : 'the same payload'
}

const ENHANCERS: Record<string, string> = {
  RANDOM_NUMBER: 'adds randomNumber, drawn for each event.',
  POINTS_ENHANCER: 'adds points: the balance, and what was earned and spent, in all and in this month.',
}

export function enhancerOf(name: string): string {
  return ENHANCERS[name] ?? ''
}

/** What a version says otherwise than the one before it. */
export function changesOf(version: EventTypeVersionView, before: EventTypeVersionView | undefined): string {
  if (!before) return 'the first one'
  const names = Object.keys(WORDS) as (keyof typeof WORDS)[]
  const changed = names.filter((name) => writeExact(version[name]) !== writeExact(before[name]))
  return changed.map((name) => WORDS[name]).join(', ')
}

const WORDS = {
  description: 'description',
  schema: 'schema',
  settings: 'settings',
  enhancers: 'enhancers',
  omitFromUserActivity: 'whether users see it in their activity',
  metaTypeMappings: 'mappings',
} as const

export type SecretState = 'valid' | 'being replaced' | 'expired' | 'revoked'

/** `now` in milliseconds. */
export function stateOf(secret: Pick<NamedSecretView, 'expiresAt' | 'revokedAt' | 'successorId'>, now: number): SecretState {
  if (secret.revokedAt) return 'revoked'
  if (secret.expiresAt && Date.parse(secret.expiresAt) <= now) return 'expired'
  return secret.successorId ? 'being replaced' : 'valid'
}
