// Vouchers of all members, and a code at the till.

import { Button, NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { rewardsQuery } from '../../api/queries'
import { UserChoice } from '../../parts/choices'
import { Page } from '../../parts/Page'
import { REPORTERS, useMayDo } from '../../parts/roles'
import { PanelSkeleton } from '../../parts/Skeleton'
import { vouchers } from '#words/vouchers'
import { VoucherList, type VoucherFilters } from './VoucherList'

const Till = lazy(() => import('./Till'))

export function Vouchers() {
  const { user, reward, status } = useSearch({ strict: false }) as VoucherFilters
  const navigate = useNavigate()
  const rewards = useQuery(rewardsQuery).data ?? []
  const mayUse = useMayDo(REPORTERS)
  const [isAtTill, setIsAtTill] = useState(false)
  const filter = (changed: VoucherFilters) =>
    void navigate({ to: '/vouchers', search: { user, reward, status, ...changed }, replace: true })
  return (
    <Page
      title={vouchers.title}
      intro={vouchers.intro}
      actions={mayUse && <Button onClick={() => setIsAtTill(true)}>{vouchers.till}</Button>}
    >
      <div className="pc-fields">
        <UserChoice label={vouchers.member} value={user} onChange={(id) => filter({ user: id })} />
        <NativeSelect
          label={vouchers.reward}
          value={reward ?? ''}
          data={[{ value: '', label: vouchers.anyReward }, ...rewards.map(({ id, name }) => ({ value: id, label: name }))]}
          onChange={(event) => filter({ reward: event.currentTarget.value || undefined })}
        />
        <NativeSelect
          label={vouchers.state}
          value={status ?? ''}
          data={[
            { value: '', label: vouchers.anyState },
            ...Object.entries(vouchers.states).map(([value, label]) => ({ value, label })),
          ]}
          onChange={(event) => filter({ status: event.currentTarget.value || undefined })}
        />
      </div>
      <VoucherList filters={{ ...(user && { user }), ...(reward && { reward }), ...(status && { status }) }} />
      <Suspense fallback={<PanelSkeleton />}>{isAtTill && <Till onClose={() => setIsAtTill(false)} />}</Suspense>
    </Page>
  )
}
