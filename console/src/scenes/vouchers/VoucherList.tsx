// Vouchers in a table, with what can be done to one.

import { Badge, Group, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { VoucherView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { Confirm } from '../../parts/Confirm'
import { Empty } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { Paged, pagesQuery } from '../../parts/Paged'
import { written } from '../../parts/numbers'
import { HELPERS, REPORTERS, useMayDo } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { points, Time, UserLink } from '../../parts/values'
import { vouchers } from '#words/vouchers'

export type VoucherFilters = { user?: string; reward?: string; status?: string }

const vouchersQuery = (filters: VoucherFilters) =>
  pagesQuery<VoucherView>(['vouchers', filters], (cursor, signal) =>
    call((to) => api.listVouchers({ ...to, query: { ...filters, limit: 50, cursor } }), signal),
  )

const COLOURS: Record<string, string> = { PURCHASED: 'blue', GIVEN: 'blue', REDEEMED: 'green' }
const IS_UNUSED = ['PURCHASED', 'GIVEN']

export function VoucherList({ filters }: { filters: VoucherFilters }) {
  const columns: Column<VoucherView>[] = [
    ...(filters.user ? [] : [MEMBER]),
    ...(filters.reward ? [] : [REWARD]),
    ...COLUMNS,
  ]
  return (
    <Paged
      query={vouchersQuery(filters)}
      columns={columns}
      idOf={(voucher) => voucher.id}
      empty={<Empty title={vouchers.none}>{vouchers.noneYet}</Empty>}
    />
  )
}

const MEMBER: Column<VoucherView> = {
  name: vouchers.member,
  cell: (voucher) => <UserLink id={voucher.userId} tab="vouchers" />,
}
const REWARD: Column<VoucherView> = {
  name: vouchers.reward,
  cell: (voucher) => (
    <Link to="/rewards/$rewardId" params={{ rewardId: voucher.rewardId }} search={{}}>
      {voucher.reward.name}
    </Link>
  ),
}
const COLUMNS: Column<VoucherView>[] = [
  {
    name: vouchers.state,
    cell: (voucher) => (
      <Badge variant="light" color={COLOURS[voucher.status] ?? 'gray'}>
        {vouchers.states[voucher.status] ?? voucher.status}
      </Badge>
    ),
  },
  { name: vouchers.code, cell: (voucher) => (voucher.code ? <code>{voucher.code}</code> : vouchers.noCode) },
  { name: vouchers.price, isNumber: true, cell: (voucher) => written(voucher.price) },
  {
    name: vouchers.bought,
    cell: (voucher) => (
      <Link to="/events/$eventId" params={{ eventId: voucher.eventId }} search={{}}>
        <Time value={voucher.purchasedAt} />
      </Link>
    ),
  },
  { name: vouchers.expires, cell: (voucher) => voucher.expiresAt && <Time value={voucher.expiresAt} /> },
  { name: vouchers.actions, cell: (voucher) => <VoucherActions voucher={voucher} /> },
]

function VoucherActions({ voucher }: { voucher: VoucherView }) {
  const mayRedeem = useMayDo(REPORTERS) && IS_UNUSED.includes(voucher.status)
  // What the member has seen the code of may have been used elsewhere: the server says whether it can be refunded.
  const mayRefund = useMayDo(HELPERS) && IS_UNUSED.includes(voucher.status)
  const renew = useRenewal(voucher.userId)
  const redeem = async (headers: OnceHeaders, close: () => void) => {
    const body = { benefitId: voucher.id }
    await call((to) => api.redeemBenefit({ ...to, body, headers }))
    notify(vouchers.redeemed)
    close()
    renew()
  }
  return (
    <Group gap={4}>
      {mayRedeem && (
        <OpenButton name="redeem" of={voucher.id} size="compact-xs" label={vouchers.redeem}>
          {(close) => (
            <Confirm
              title={vouchers.redeemTitle(voucher.reward.name)}
              action={vouchers.redeem}
              isHarmless
              onConfirm={(headers) => redeem(headers, close)}
              onClose={close}
            >
              {vouchers.redeemText}
            </Confirm>
          )}
        </OpenButton>
      )}
      {mayRefund && (
        <OpenButton name="refund" of={voucher.id} size="compact-xs" label={vouchers.refund}>
          {(close) => <Refund voucher={voucher} onClose={close} onDone={renew} />}
        </OpenButton>
      )}
    </Group>
  )
}

type RefundProps = { voucher: VoucherView; onClose: () => void; onDone: () => void }

function Refund({ voucher, onClose, onDone }: RefundProps) {
  const [comment, setComment] = useState('')
  const refund = async (headers: OnceHeaders) => {
    const body = comment.trim() ? { comment: comment.trim() } : {}
    await call((to) => api.refundVoucher({ ...to, path: { id: voucher.id }, body, headers }))
    notify(vouchers.refunded)
    onClose()
    onDone()
  }
  return (
    <Confirm title={vouchers.refundTitle(voucher.reward.name)} action={vouchers.refund} onConfirm={refund} onClose={onClose}>
      {vouchers.refundText(points(voucher.price))}
      <TextInput
        mt="sm"
        label={vouchers.comment}
        description={vouchers.commentHint}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
    </Confirm>
  )
}

/** Reads again what a change of a member's vouchers and points has changed. */
export function useRenewal(userId: string): () => void {
  const queries = useQueryClient()
  return () => {
    for (const queryKey of [['vouchers'], ['wallet', userId], ['events', 'of', userId], ['rewards'], ['user', userId]])
      void queries.invalidateQueries({ queryKey })
  }
}
