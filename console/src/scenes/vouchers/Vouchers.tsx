// Vouchers of all members, and a code at the till.

import { NativeSelect } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy } from 'react'
import { RewardChoice, UserChoice } from '../../parts/choices'
import { OpenButton } from '../../parts/OpenButton'
import { Page } from '../../parts/Page'
import { REPORTERS, useMayDo } from '../../parts/roles'
import { vouchers } from '#words/vouchers'
import { VoucherList, type VoucherFilters } from './VoucherList'

const Till = lazy(() => import('./Till'))

export function Vouchers() {
  const { user, reward, status } = useSearch({ strict: false }) as VoucherFilters
  const navigate = useNavigate()
  const mayUse = useMayDo(REPORTERS)
  const filter = (changed: VoucherFilters) =>
    void navigate({ to: '/vouchers', search: { user, reward, status, ...changed }, replace: true })
  return (
    <Page
      title={vouchers.title}
      intro={vouchers.intro}
      actions={
        mayUse && (
          <OpenButton name="till" variant="filled" label={vouchers.till}>
            {(close) => <Till onClose={close} />}
          </OpenButton>
        )
      }
    >
      <div className="pc-fields">
        <UserChoice label={vouchers.member} value={user} onChange={(id) => filter({ user: id })} />
        <RewardChoice label={vouchers.reward} placeholder={vouchers.anyReward} value={reward} onChange={(id) => filter({ reward: id })} />
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
    </Page>
  )
}
