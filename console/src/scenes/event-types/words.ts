// An event type's settings in words.

import { eventTypes } from '#words/event-types'
import { writeExact } from '../../api/exactJson'
import type { EventTypeVersionView, EventTypeView, NamedSecretView, TypeSettings } from '../../api/queries'
import { counted, lengthOfSeconds } from '#words/counted'

const { words } = eventTypes
const UNLIKE_ANY_OTHER = 'RANDOM_NUMBER'

export function settingsOf({ settings, enhancers }: Pick<EventTypeView, 'settings' | 'enhancers'>): [string, string][] {
  const { occurredPastDays: past, occurredFutureSeconds: future, nearDuplicatePointer: near } = settings
  return [
    [words.unknown, settings.allowUnknown === false ? words.unknownRefused : words.taken],
    [words.broken, settings.onInvalid === 'quarantine' ? words.quarantined : words.refused],
    [words.late, latenessOf(settings)],
    [words.earliest, past == null ? words.farBack : words.back(counted(past, 'day'))],
    [words.latest, future == null ? words.farAhead : words.ahead(lengthOfSeconds(future))],
    [words.duplicate, duplicateOf(settings, enhancers)],
    [words.content, identityOf(settings)],
    [words.near, near ? words.nearFlagged(near) : words.nearOff],
  ]
}

function latenessOf({ latePolicy, lateAfterDays }: TypeSettings): string {
  if (!latePolicy || latePolicy === 'accept') return words.taken
  return words.lateness(latePolicy === 'hold' ? words.quarantined : words.refused, counted(lateAfterDays ?? 0, 'day'))
}

function duplicateOf({ duplicateWindowSeconds: window = 60 }: TypeSettings, enhancers: string[]): string {
  if (enhancers.includes(UNLIKE_ANY_OTHER)) return words.random(UNLIKE_ANY_OTHER)
  return window === 0 ? words.taken : words.refusedFor(lengthOfSeconds(window))
}

function identityOf({ duplicateInclude: only = [], duplicateExclude: without = [] }: TypeSettings): string {
  if (only.length) return words.sameOnly(only.join(', '))
  return without.length ? words.sameBut(without.join(', ')) : words.same
}

export function enhancerOf(name: string): string {
  return words.enhancers[name] ?? ''
}

/** What a version says otherwise than the one before it. */
export function changesOf(version: EventTypeVersionView, before: EventTypeVersionView | undefined): string {
  if (!before) return eventTypes.versions.first
  return MEMBERS.filter((name) => writeExact(version[name]) !== writeExact(before[name]))
    .map((name) => eventTypes.versions.words[name])
    .join(', ')
}

/** What makes a version. */
export const MEMBERS = Object.keys(eventTypes.versions.words) as (keyof typeof eventTypes.versions.words)[]

export type SecretState = 'valid' | 'being replaced' | 'expired' | 'revoked'

/** `now` in milliseconds. */
export function stateOf(secret: Pick<NamedSecretView, 'expiresAt' | 'revokedAt' | 'successorId'>, now: number): SecretState {
  if (secret.revokedAt) return 'revoked'
  if (secret.expiresAt && Date.parse(secret.expiresAt) <= now) return 'expired'
  return secret.successorId ? 'being replaced' : 'valid'
}
