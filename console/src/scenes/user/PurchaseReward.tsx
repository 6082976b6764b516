import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { call, newKey } from '../../api/client'
import { purchaseReward } from '../../api/generated/sdk.gen'
import { asProblem, type Problem } from '../../api/problem'
import { rewardsQuery, walletQuery, type RewardView, type User } from '../../api/queries'
import { Dialog } from '../../common/Dialog'
import { Empty, ErrorNotice, focusHeading, points, Rows } from '../../common/parts'
import { nameOf } from '../../common/user'

export default function PurchaseReward({ user, onClose }: { user: User; onClose: () => void }) {
  const rewards = useQuery(rewardsQuery)
  return (
    <Dialog title={`Purchase a reward for ${nameOf(user)}`} onClose={onClose}>
      {rewards.isError && <ErrorNotice error={rewards.error} onRetry={() => void rewards.refetch()} />}
      {rewards.isPending && <Rows count={3} />}
      {rewards.data?.length === 0 && <Empty title="There are no rewards yet.">POST /v1/rewards/ makes one.</Empty>}
      {rewards.data && rewards.data.length > 0 && <Form user={user} rewards={rewards.data} onClose={onClose} />}
    </Dialog>
  )
}

function Form({ user, rewards, onClose }: { user: User; rewards: RewardView[]; onClose: () => void }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const wallet = useInfiniteQuery(walletQuery(user.id))
  const [rewardId, setRewardId] = useState('')
  const [comment, setComment] = useState('')
  const [problem, setProblem] = useState<Problem>()
  const [isBusy, setIsBusy] = useState(false)
  const [key, setKey] = useState(newKey)
  const balance = wallet.data?.pages[0]?.balance
  const reward = rewards.find((one) => one.id === rewardId)

  const purchase = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setProblem(undefined)
    try {
      const body = { rewardId, beneficiaryId: user.id, ...(comment.trim() ? { comment: comment.trim() } : {}) }
      const { data } = await call((to) => purchaseReward({ ...to, body, headers: { 'Idempotency-Key': key } }))
      for (const queryKey of [['wallet', user.id], ['events', 'of', user.id], ['rewards']])
        void queries.invalidateQueries({ queryKey })
      await navigate({ to: '/events/$eventId', params: { eventId: data.id }, search: {} })
      requestAnimationFrame(focusHeading)
    } catch (error) {
      const found = asProblem(error)
      if (!found.isOpen) setKey(newKey())
      setProblem(found)
    }
    setIsBusy(false)
  }
  return (
    <form noValidate onSubmit={(event) => void purchase(event)}>
      <Stack>
        {balance !== undefined && <Text size="sm">{nameOf(user)} has {points(balance)}.</Text>}
        <NativeSelect
          label="Reward"
          value={rewardId}
          onChange={(event) => setRewardId(event.currentTarget.value)}
          data={[{ value: '', label: 'Choose one' }, ...rewards.map(optionOf)]}
          error={problem?.at('/rewardId')['']?.join(' ')}
        />
        {reward && balance !== undefined && balance < reward.price && (
          <Text size="sm">That is {points(reward.price - balance)} short.</Text>
        )}
        <TextInput
          label="Comment"
          description="Kept with the purchase. May stay empty."
          value={comment}
          error={problem?.at('/comment')['']?.join(' ')}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        {problem && <ErrorNotice error={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={!rewardId}>
            Purchase
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function optionOf(reward: RewardView): { value: string; label: string; disabled: boolean } {
  const left = reward.stockCapacity === null ? undefined : reward.stockCapacity - reward.stockConsumed
  const state = !reward.purchasable ? ', not for sale' : left === undefined ? '' : left > 0 ? `, ${left} left` : ', sold out'
  return {
    value: reward.id,
    label: `${reward.name}: ${points(reward.price)}${state}`,
    disabled: !reward.purchasable || left === 0,
  }
}
