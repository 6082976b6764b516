import { NativeSelect, Text, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/client'
import { purchaseReward } from '../../api/generated/sdk.gen'
import type { OnceHeaders } from '../../api/once'
import { rewardsQuery, walletQuery, type RewardView, type User } from '../../api/queries'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { Answered, Empty } from '../../parts/notices'
import { nameOf } from '../../parts/user'
import { points } from '../../parts/values'
import { user as member } from '#words/user'

const words = member.purchase

type Props = { user: User; onClose: () => void }

export default function PurchaseReward({ user, onClose }: Props) {
  return (
    <Dialog title={words.title(nameOf(user))} onClose={onClose}>
      <Answered query={useQuery(rewardsQuery)} rows={3}>
        {(rewards) =>
          rewards.length === 0 ? (
            <Empty title={words.none}>{words.noneYet}</Empty>
          ) : (
            <Purchase user={user} rewards={rewards} onClose={onClose} />
          )
        }
      </Answered>
    </Dialog>
  )
}

function Purchase({ user, rewards, onClose }: Props & { rewards: RewardView[] }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const wallet = useInfiniteQuery(walletQuery(user.id))
  const [rewardId, setRewardId] = useState('')
  const [comment, setComment] = useState('')
  const balance = wallet.data?.pages[0]?.balance
  const reward = rewards.find((one) => one.id === rewardId)
  const body = { rewardId, beneficiaryId: user.id, ...(comment.trim() ? { comment: comment.trim() } : {}) }

  const purchase = async (headers: OnceHeaders) => {
    const { data } = await call((to) => purchaseReward({ ...to, body, headers }))
    for (const queryKey of [['wallet', user.id], ['events', 'of', user.id], ['rewards'], ['vouchers'], ['users']])
      void queries.invalidateQueries({ queryKey })
    await navigate({ to: '/events/$eventId', params: { eventId: data.id }, search: {}, replace: true })
  }
  return (
    <DialogForm action={words.send} isIncomplete={!rewardId} body={body} send={purchase} onClose={onClose}>
      {(faultAt) => (
        <>
          {balance !== undefined && <Text size="sm">{words.has(nameOf(user), points(balance))}</Text>}
          <NativeSelect
            label={words.reward}
            value={rewardId}
            onChange={(event) => setRewardId(event.currentTarget.value)}
            data={[{ value: '', label: words.choose }, ...rewards.map(optionOf)]}
            error={faultAt('/rewardId')}
          />
          {reward && balance !== undefined && balance < reward.price && (
            <Text size="sm">{words.short(points(reward.price - balance))}</Text>
          )}
          <TextInput
            label={words.comment}
            description={words.commentHint}
            value={comment}
            error={faultAt('/comment')}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
        </>
      )}
    </DialogForm>
  )
}

function optionOf(reward: RewardView): { value: string; label: string; disabled: boolean } {
  const left = reward.stockCapacity === null ? undefined : reward.stockCapacity - reward.stockConsumed
  const state = !reward.purchasable ? words.notSold : left === undefined ? '' : words.left(left)
  return {
    value: reward.id,
    label: words.option(reward.name, points(reward.price), state),
    disabled: !reward.purchasable || left === 0,
  }
}
