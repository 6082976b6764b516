import { Text, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/client'
import { purchaseReward } from '../../api/generated/sdk.gen'
import type { OnceHeaders } from '../../api/once'
import { foundRewardsQuery, rewardQuery, walletQuery, type RewardView, type User } from '../../api/queries'
import { RewardChoice } from '../../parts/choices'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { Answered, Empty } from '../../parts/notices'
import type { Option } from '../../parts/SearchSelect'
import { nameOf } from '../../parts/user'
import { points } from '../../parts/values'
import { user as member } from '#words/user'

const words = member.purchase

type Props = { user: User; onClose: () => void }

export default function PurchaseReward({ user, onClose }: Props) {
  return (
    <Dialog title={words.title(nameOf(user))} onClose={onClose}>
      <Answered query={useQuery(foundRewardsQuery(''))} rows={3}>
        {(rewards) =>
          rewards.length === 0 ? (
            <Empty title={words.none}>{words.noneYet}</Empty>
          ) : (
            <Purchase user={user} onClose={onClose} />
          )
        }
      </Answered>
    </Dialog>
  )
}

function Purchase({ user, onClose }: Props) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const wallet = useInfiniteQuery(walletQuery(user.id))
  const [rewardId, setRewardId] = useState<string>()
  const [comment, setComment] = useState('')
  const balance = wallet.data?.pages[0]?.balance
  const { data: reward } = useQuery({ ...rewardQuery(rewardId ?? ''), enabled: rewardId !== undefined })
  const body = { rewardId: rewardId ?? '', beneficiaryId: user.id, ...(comment.trim() ? { comment: comment.trim() } : {}) }

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
          <RewardChoice
            label={words.reward}
            required
            placeholder={words.choose}
            optionOf={optionOf}
            value={rewardId}
            onChange={setRewardId}
            error={faultAt('/rewardId')}
          />
          {reward && <Text size="sm">{words.costs(points(reward.price))}</Text>}
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

function optionOf(reward: RewardView): Option {
  const left = reward.stockCapacity === null ? undefined : reward.stockCapacity - reward.stockConsumed
  const state = !reward.purchasable ? words.notSold : left === undefined ? '' : words.left(left)
  return {
    value: reward.id,
    label: reward.name,
    detail: words.option(points(reward.price), state),
    disabled: !reward.purchasable || left === 0,
  }
}
