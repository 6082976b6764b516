// What points buy.

import { Badge } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { RewardView } from '../../api/queries'
import { Collection } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import { rewards } from '#words/rewards'
import { written } from '../../parts/numbers'
import { useRewardFields } from './fields'

export const leftOf = (reward: RewardView) =>
  reward.stockCapacity === null ? undefined : Math.max(0, reward.stockCapacity - reward.stockConsumed)

export function RewardState({ reward }: { reward: RewardView }) {
  const isSold = reward.purchasable && leftOf(reward) !== 0
  return (
    <>
      <Badge variant="light" color={isSold ? 'green' : 'gray'}>
        {rewards.stateOf(reward.purchasable, leftOf(reward))}
      </Badge>
      {reward.notificationConfig?.triggered && <> {rewards.warned}</>}
    </>
  )
}

export const REWARDS: Noun<RewardView> = {
  key: 'rewards',
  words: rewards,
  nameOf: (reward) => reward.name,
  linkOf: (reward, name) => (
    <Link to="/rewards/$rewardId" params={{ rewardId: reward.id }} search={{}}>
      {name}
    </Link>
  ),
  page: (query, signal) => call((to) => api.listRewards({ ...to, query }), signal),
  one: async (id, signal) => (await call((to) => api.getReward({ ...to, path: { id } }), signal)).data,
  columns: [
    { name: rewards.price, isNumber: true, cell: (reward) => written(reward.price) },
    { name: rewards.state, cell: (reward) => <RewardState reward={reward} /> },
    { name: rewards.sold, isNumber: true, cell: (reward) => rewards.soldOf(reward.stockConsumed, reward.stockCapacity) },
    { name: rewards.category, cell: (reward) => reward.category?.name },
    { name: rewards.codeType, cell: (reward) => rewards.codeTypes[reward.codeType] ?? reward.codeType },
  ],
  useFields: useRewardFields,
  create: async (body, headers) =>
    (await call((to) => api.createReward({ ...to, body: { type: 'VOUCHER', ...(body as object) } as never, headers }))).data,
  change: (reward, body, headers) => call((to) => api.patchReward({ ...to, path: { id: reward.id }, body, headers })),
  remove: (reward, headers) => call((to) => api.deleteReward({ ...to, path: { id: reward.id }, headers })),
  size: 'xl',
}

export function Rewards() {
  return <Collection noun={REWARDS} search={rewards.search} />
}
