// What a till takes off where this reward is redeemed.

import { useMemo } from 'react'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { DiscountView, RewardView } from '../../api/generated/types.gen'
import type { Noun } from '../../parts/noun'
import { NounNames, nounsField } from '../../parts/NounChoice'
import type { Field } from '../../parts/editor'
import { NounSection } from '../../parts/NounSection'
import { rewards } from '#words/rewards'
import { VENUES } from '../venues/Venues'

const words = rewards.discountWords

function useFields(): Field[] {
  return [
    {
      kind: 'choice',
      at: '/type',
      label: words.type,
      options: Object.entries(words.types).map(([value, label]) => ({ value, label })),
      initially: 'PERCENTAGE',
      required: true,
    },
    { kind: 'number', at: '/value', label: words.value, hint: words.valueHint, required: true },
    { kind: 'text', at: '/sku', label: words.sku },
    { kind: 'text', at: '/productSku', label: words.productSku },
    nounsField('/venues', words.venues, VENUES, words.venuesHint),
  ]
}

const nameOf = (discount: DiscountView) => words.named(discount.type, String(discount.value))

const discountsOf = (reward: string): Noun<DiscountView> => ({
  key: `discounts ${reward}`,
  words,
  nameOf,
  page: (query, signal) => call((to) => api.listDiscounts({ ...to, path: { reward_id: reward }, query }), signal),
  columns: [
    { name: words.sku, cell: (discount) => discount.sku ?? words.anything },
    { name: words.productSku, cell: (discount) => discount.productSku ?? words.anything },
    { name: words.venues, cell: ({ venues }) => (venues.length > 0 ? <NounNames noun={VENUES} of={venues} /> : words.everywhere) },
  ],
  useFields,
  create: async (body, headers) => (await call((to) => api.createDiscount({ ...to, path: { reward_id: reward }, body, headers }))).data,
  change: ({ id }, body, headers) => call((to) => api.patchDiscount({ ...to, path: { reward_id: reward, id }, body, headers })),
  remove: ({ id }, headers) => call((to) => api.deleteDiscount({ ...to, path: { reward_id: reward, id }, headers })),
})

export function Discounts({ reward }: { reward: RewardView }) {
  return <NounSection noun={useMemo(() => discountsOf(reward.id), [reward.id])} />
}
