// What members reach by earning.

import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { TierView } from '../../api/generated/types.gen'
import { everything } from '../../api/queries'
import { useSession } from '../../api/session'
import { Collection } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import type { Field, Option } from '../../parts/editor'
import { LANGUAGES, localesField, periodField } from '../../parts/fields'
import { tiers } from '#words/tiers'
import { written } from '../../parts/numbers'

const optionsOf = (names: Record<string, string>): Option[] => Object.entries(names).map(([value, label]) => ({ value, label }))
const isOfPeriod = (draft: Record<string, unknown>) => draft['/calculation'] === 'CALENDAR_PERIOD'

function useFields(): Field[] {
  const zone = useSession().tenant.timeZone
  return [
    localesField('/details', tiers.texts, [
      { name: 'name', label: tiers.textName },
      { name: 'description', label: tiers.textDescription, lines: 2 },
      { name: 'artworkUrl', label: tiers.textArtwork },
    ]),
    { kind: 'choice', at: '/defaultLocale', label: tiers.locale, options: LANGUAGES, initially: 'en', required: true },
    { kind: 'number', at: '/pointsRequirement', label: tiers.requirement, hint: tiers.requirementHint, required: true },
    { kind: 'number', at: '/priority', label: tiers.priority, hint: tiers.priorityHint, required: true },
    {
      kind: 'choice',
      at: '/calculation',
      label: tiers.calculation,
      options: optionsOf(tiers.calculations),
      initially: 'LIFETIME_EARN',
      required: true,
    },
    {
      kind: 'choice',
      at: '/accumulationPeriod',
      label: tiers.period,
      options: optionsOf(tiers.periods),
      initially: 'P1Y',
      required: true,
      when: isOfPeriod,
    },
    { kind: 'flag', at: '/keepsNextPeriod', label: tiers.keeps, hint: tiers.keepsHint, when: isOfPeriod },
    periodField('/effectivity', tiers.effectivity, zone),
  ]
}

export const TIERS: Noun<TierView> = {
  key: 'tiers',
  words: tiers,
  nameOf: (tier) => tier.name,
  read: async (signal) =>
    (await everything<TierView>((cursor) => call((to) => api.listTiers({ ...to, query: { limit: 1000, cursor } }), signal))).sort(
      (one, other) => other.priority - one.priority,
    ),
  columns: [
    { name: tiers.requirement, isNumber: true, cell: (tier) => written(tier.pointsRequirement) },
    { name: tiers.counts, cell: (tier) => tiers.countsOf(tier.calculation, tier.accumulationPeriod, tier.keepsNextPeriod) },
    { name: tiers.order, isNumber: true, cell: (tier) => tier.priority },
  ],
  useFields,
  create: async (body, headers) => (await call((to) => api.createTier({ ...to, body, headers }))).data,
  change: (tier, body, headers) => call((to) => api.patchTier({ ...to, path: { id: tier.id }, body, headers })),
  remove: (tier, headers) => call((to) => api.deleteTier({ ...to, path: { id: tier.id }, headers })),
  size: 'lg',
}

export function Tiers() {
  return <Collection noun={TIERS} />
}
