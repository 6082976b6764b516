// How the catalogue is arranged.

import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { RewardCategoryView } from '../../api/generated/types.gen'
import { Collection } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import { nounField, NounName } from '../../parts/NounChoice'
import type { Field } from '../../parts/editor'
import { LANGUAGES, localesField } from '../../parts/fields'
import { rewardCategories } from '#words/reward-categories'

function useFields(row: RewardCategoryView | undefined): Field[] {
  return [
    { kind: 'text', at: '/name', label: rewardCategories.name, required: true },
    {
      kind: 'number',
      at: '/priority',
      label: rewardCategories.priority,
      hint: rewardCategories.priorityHint,
      initially: '0',
      required: true,
    },
    nounField('/parent', rewardCategories.parent, REWARD_CATEGORIES, { none: rewardCategories.nothing, isOffered: (one) => one.id !== row?.id }),
    { kind: 'text', at: '/pictureUrl', label: rewardCategories.picture },
    { kind: 'text', at: '/description', label: rewardCategories.description, lines: 2 },
    {
      kind: 'choice',
      at: '/defaultLocale',
      label: rewardCategories.locale,
      options: LANGUAGES,
      none: rewardCategories.noLocale,
    },
    {
      ...localesField(
        '/details',
        rewardCategories.texts,
        [
          { name: 'name', label: rewardCategories.name },
          { name: 'description', label: rewardCategories.description, lines: 2 },
        ],
        'list',
      ),
      initially: {},
    },
  ]
}

export const REWARD_CATEGORIES: Noun<RewardCategoryView> = {
  key: 'reward categories',
  words: rewardCategories,
  nameOf: (category) => category.name,
  page: (query, signal) => call((to) => api.listCategories({ ...to, query }), signal),
  one: async (id, signal) => (await call((to) => api.getCategory({ ...to, path: { id } }), signal)).data,
  columns: [
    { name: rewardCategories.description, cell: (category) => category.description },
    { name: rewardCategories.parent, cell: ({ parent }) => parent && <NounName noun={REWARD_CATEGORIES} id={parent.id} /> },
    { name: rewardCategories.priority, isNumber: true, cell: (category) => String(category.priority) },
  ],
  useFields,
  create: async (body, headers) => (await call((to) => api.createCategory({ ...to, body, headers }))).data,
  change: (category, body, headers) =>
    call((to) => api.patchCategory({ ...to, path: { id: category.id }, body, headers })),
  remove: (category, headers) => call((to) => api.deleteCategory({ ...to, path: { id: category.id }, headers })),
}

export function RewardCategories() {
  return <Collection noun={REWARD_CATEGORIES} search={rewardCategories.search} />
}
