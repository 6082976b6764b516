// The fields of a reward.

import { NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { numberOf } from '../../api/exactJson'
import type { RewardView } from '../../api/generated/types.gen'
import { useSession } from '../../api/session'
import { nounQuery } from '../../parts/noun'
import { nounField, nounsField } from '../../parts/NounChoice'
import { useCriteriaField } from '../../parts/CriteriaField'
import { asReference, type Draft, type Field, type Option, type Own } from '../../parts/editor'
import { LANGUAGES, localesField, periodField } from '../../parts/fields'
import { rewards } from '#words/rewards'
import { AUDIENCES } from '../audiences/Audiences'
import { CODE_POOLS } from '../code-pools/CodePools'
import { REWARD_CATEGORIES } from '../reward-categories/RewardCategories'
import { TIERS } from '../tiers/Tiers'
import { codesIn } from './codesIn'

const named = (names: Record<string, string>): Option[] => Object.entries(names).map(([value, label]) => ({ value, label }))
const hasType = (type: string) => (draft: Draft) => draft['/codeType'] === type
const choices = <Row extends { id: string; name: string }>(rows: Row[] | undefined) =>
  (rows ?? []).map(({ id, name }) => ({ value: id, label: name }))

const LIMIT: Field = {
  kind: 'own',
  at: '/limitPerUser',
  label: rewards.limit,
  read: (found) => {
    const limit = found as RewardView['limitPerUser']
    return limit ? { count: String(limit.count), per: limit.per } : undefined
  },
  write: (value) => {
    const { count = '', per } = (value ?? {}) as { count?: string; per?: string }
    return count.trim() === '' ? undefined : { count: numberOf(count.trim()) ?? count, per: per ?? 'EVER' }
  },
  render: (own) => <Limit own={own} />,
}

function Limit({ own }: { own: Own }) {
  const value = { count: '', per: 'EVER', ...(own.value as object | undefined) }
  return (
    <fieldset className="pc-fieldset">
      <legend>{own.label}</legend>
      <div className="pc-fields">
        <TextInput
          label={rewards.limitCount}
          placeholder={rewards.limitNone}
          inputMode="numeric"
          autoComplete="off"
          value={value.count}
          error={own.faultAt()}
          onChange={(event) => own.onChange({ ...value, count: event.currentTarget.value })}
        />
        <NativeSelect
          label={rewards.limitPer}
          value={value.per}
          data={named(rewards.periods)}
          onChange={(event) => own.onChange({ ...value, per: event.currentTarget.value })}
        />
      </div>
    </fieldset>
  )
}

export function useRewardFields(row: RewardView | undefined): Field[] {
  const zone = useSession().tenant.timeZone
  const tiers = useQuery(nounQuery(TIERS)).data
  const place = row ? '/visibilityCriteriaPatch' : '/visibilityCriteriaDefinition'
  const visibility = useCriteriaField(`${place}/criteriaTree`, rewards.visibility, {
    read: (_, reward) => emptyAsNothing((reward as RewardView).visibilityCriteria?.criteriaTree),
  })
  const { sections } = rewards
  return [
    { section: sections.what, kind: 'text', at: '/name', label: rewards.name, required: true },
    { ...nounField('/category', rewards.category, REWARD_CATEGORIES, { none: rewards.noCategory }), section: sections.what },
    { section: sections.what, kind: 'text', at: '/description', label: rewards.description, lines: 2 },
    { section: sections.what, kind: 'text', at: '/pictureUrl', label: rewards.picture },
    { section: sections.what, kind: 'number', at: '/priority', label: rewards.priority },
    { section: sections.sale, kind: 'number', at: '/price', label: rewards.price, required: true },
    { section: sections.sale, kind: 'number', at: '/stockCapacity', label: rewards.stock, hint: rewards.stockHint },
    { ...periodField('/availability', rewards.availability, zone, true), section: sections.sale },
    {
      section: sections.sale,
      kind: 'number',
      at: '/purchaseExpiration',
      label: rewards.expiration,
      hint: rewards.expirationHint,
    },
    {
      section: sections.sale,
      kind: 'number',
      at: '/notificationConfig/quantity',
      label: rewards.warning,
      hint: rewards.warningHint,
    },
    { section: sections.sale, kind: 'flag', at: '/purchasable', label: rewards.purchasable, initially: true },
    {
      section: sections.who,
      kind: 'choice',
      at: '/tier',
      label: rewards.tier,
      options: choices(tiers),
      none: rewards.noTier,
      ...asReference,
    },
    { ...nounsField('/purchasableForAudiences', rewards.audiences, AUDIENCES), section: sections.who },
    { ...LIMIT, section: sections.who },
    { ...visibility, section: sections.who },
    ...codeFields(),
    ...furtherFields(),
  ]
}

const emptyAsNothing = (tree: unknown) => (tree && Object.keys(tree).length > 0 ? tree : undefined)

function codeFields(): Field[] {
  const section = rewards.sections.code
  return [
    {
      section,
      kind: 'choice',
      at: '/codeType',
      label: rewards.codeType,
      options: named(rewards.codeTypes),
      initially: 'OTP',
      required: true,
      isFixed: true,
    },
    { section, kind: 'text', at: '/code/value', label: rewards.value, required: true, when: hasType('STATIC') },
    { ...nounField('/code/pool', rewards.pool, CODE_POOLS, { when: hasType('POOL') }), section },
    {
      section,
      kind: 'text',
      lines: 3,
      at: '/codes',
      label: rewards.codes,
      hint: rewards.codesHint,
      when: (draft) => draft['/codeType'] === 'POOL' && !draft['/code/pool'],
      // What is written here is added to those that it has.
      read: () => undefined,
      write: (value) => {
        const codes = codesIn(String(value ?? ''))
        return codes.length > 0 ? codes : undefined
      },
    },
    {
      section,
      kind: 'text',
      at: '/code/template',
      label: rewards.template,
      hint: rewards.templateHint,
      when: (draft) => ['OTP', 'HUMAN'].includes(String(draft['/codeType'])),
    },
    { section, kind: 'flag', at: '/hideCode', label: rewards.hideCode, hint: rewards.hideCodeHint },
    { section, kind: 'text', at: '/redemptionMessage', label: rewards.message, lines: 2 },
    { section, kind: 'several', at: '/redemptionChannels', label: rewards.channels, options: named(rewards.channelNames) },
  ]
}

function furtherFields(): Field[] {
  const section = rewards.sections.more
  return [
    { section, kind: 'text', at: '/summary', label: rewards.summary, lines: 2 },
    { section, kind: 'text', at: '/terms', label: rewards.terms, lines: 2 },
    { section, kind: 'text', at: '/clickThroughUrl', label: rewards.clickThrough },
    { section, kind: 'text', at: '/logoUrl', label: rewards.logo },
    { section, kind: 'text', at: '/brandName', label: rewards.brand },
    { section, kind: 'number', at: '/value', label: rewards.worth, hint: rewards.worthHint },
    { section, kind: 'text', at: '/currency', label: rewards.currency, hint: rewards.currencyHint },
    { section, kind: 'choice', at: '/defaultLocale', label: rewards.locale, options: LANGUAGES, none: rewards.noLocale },
    {
      ...localesField('/details', rewards.texts, [
        { name: 'name', label: rewards.name },
        { name: 'description', label: rewards.description, lines: 2 },
        { name: 'summary', label: rewards.summary },
        { name: 'terms', label: rewards.terms, lines: 2 },
        { name: 'redemptionMessage', label: rewards.message },
        { name: 'pictureUrl', label: rewards.picture },
      ]),
      initially: {},
      section,
    },
  ]
}
