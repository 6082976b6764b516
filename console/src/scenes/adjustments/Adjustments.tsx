// What two administrators have to agree on.

import { Badge, Button, Group, NativeSelect } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/client'
import { approveAdjustment, listAdjustments, rejectAdjustment } from '../../api/generated/sdk.gen'
import type { AdjustmentView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { Confirm } from '../../parts/Confirm'
import { Empty } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { Page } from '../../parts/Page'
import { Paged, pagesQuery } from '../../parts/Paged'
import { EDITORS, HELPERS, useMayDo } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { Points, signed, Time } from '../../parts/values'
import { adjustments as words } from '#words/adjustments'

const ANY = 'ANY'

const adjustmentsQuery = (status: string) =>
  pagesQuery<AdjustmentView>(['adjustments', status], (cursor, signal) =>
    call((to) => listAdjustments({ ...to, query: { ...(status === ANY ? {} : { status }), limit: 50, cursor } }), signal),
  )

export function Adjustments() {
  const { status = 'PENDING' } = useSearch({ strict: false }) as { status?: string }
  const navigate = useNavigate()
  return (
    <Page title={words.title} intro={words.intro}>
      <NativeSelect
        label={words.status}
        maw={240}
        value={status}
        data={[...Object.entries(words.states).map(([value, label]) => ({ value, label })), { value: ANY, label: words.any }]}
        onChange={(event) => void navigate({ to: '/adjustments', search: { status: event.currentTarget.value }, replace: true })}
      />
      <Paged
        query={adjustmentsQuery(status)}
        columns={COLUMNS}
        idOf={(one) => one.id}
        empty={<Empty title={words.none}>{words.noneYet}</Empty>}
      />
    </Page>
  )
}

const COLUMNS: Column<AdjustmentView>[] = [
  {
    name: words.member,
    cell: (one) => (
      <Link to="/users/$userId" params={{ userId: one.userId }} search={{}}>
        {one.userId}
      </Link>
    ),
  },
  { name: words.points, isNumber: true, cell: (one) => <Points value={one.points} /> },
  { name: words.reason, cell: (one) => one.reason },
  {
    name: words.asked,
    cell: (one) => (
      <>
        <Time value={one.requestedAt} /> {words.by(one.requestedBy)}
      </>
    ),
  },
  { name: words.until, cell: (one) => <Time value={one.expiresAt} /> },
  { name: words.status, cell: (one) => <Badge variant="light">{words.states[one.status] ?? one.status}</Badge> },
  { name: words.actions, cell: (one) => <Decide adjustment={one} /> },
]

function Decide({ adjustment }: { adjustment: AdjustmentView }) {
  const queries = useQueryClient()
  const [asked, setAsked] = useState<'approve' | 'reject'>()
  const mayApprove = useMayDo(EDITORS)
  const mayReject = useMayDo(HELPERS)
  if (adjustment.eventId)
    return (
      <Link to="/events/$eventId" params={{ eventId: adjustment.eventId }} search={{}}>
        {words.event}
      </Link>
    )
  if (adjustment.status !== 'PENDING') return null
  const close = () => setAsked(undefined)
  const decide = async (headers: OnceHeaders) => {
    const operation = asked === 'approve' ? approveAdjustment : rejectAdjustment
    await call((to) => operation({ ...to, path: { id: adjustment.id }, headers }))
    notify(asked === 'approve' ? words.approved : words.rejected)
    close()
    for (const queryKey of [['adjustments'], ['wallet', adjustment.userId], ['users']]) void queries.invalidateQueries({ queryKey })
  }
  const isApproval = asked === 'approve'
  return (
    <Group gap={4}>
      {mayApprove && (
        <Button size="compact-xs" onClick={() => setAsked('approve')}>
          {words.approve}
        </Button>
      )}
      {mayReject && (
        <Button size="compact-xs" variant="default" onClick={() => setAsked('reject')}>
          {words.reject}
        </Button>
      )}
      {asked && (
        <Confirm
          title={isApproval ? words.approveTitle(signed(adjustment.points)) : words.rejectTitle(signed(adjustment.points))}
          action={isApproval ? words.approve : words.reject}
          onConfirm={decide}
          onClose={close}
        >
          {isApproval ? words.approveText : words.rejectText}
        </Confirm>
      )}
    </Group>
  )
}
