// What points buy.

import { Badge } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import { rewardsQuery, type RewardView } from '../../api/queries'
import { everything } from '../../api/queries'
import { Collection, type Noun } from '../../parts/Collection'
import { rewards } from '#words/rewards'
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
  key: rewardsQuery.queryKey[0]!,
  words: rewards,
  nameOf: (reward) => reward.name,
  linkOf: (reward, name) => (
    <Link to="/rewards/$rewardId" params={{ rewardId: reward.id }} search={{}}>
      {name}
    </Link>
  ),
  read: (signal) =>
    everything<RewardView>((cursor) => call((to) => api.listRewards({ ...to, query: { limit: 1000, cursor } }), signal)),
  columns: [
    { name: rewards.price, isNumber: true, cell: (reward) => reward.price.toLocaleString('en') },
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
  return <Collection noun={REWARDS} filterHint={rewards.filterHint} />
}
