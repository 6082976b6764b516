// What two administrators have to agree on.

import { Badge } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { call } from '../../api/client'
import { approveAdjustment, listAdjustments, rejectAdjustment } from '../../api/generated/sdk.gen'
import type { AdjustmentView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { Decide } from '../../parts/Decide'
import { pagesQuery } from '../../parts/Paged'
import { usePrincipalNames } from '../../parts/principals'
import { EDITORS, HELPERS, useMayDo } from '../../parts/roles'
import { StateList, type StateChoice } from '../../parts/StateList'
import type { Column } from '../../parts/Table'
import { Points, signed, Time, UserLink } from '../../parts/values'
import { adjustments as words } from '#words/adjustments'

const STATUS: StateChoice = { name: 'status', label: words.status, of: words.states, any: words.any, usual: 'PENDING' }

const adjustmentsQuery = (filters: { status?: string }) =>
  pagesQuery<AdjustmentView>(['adjustments', filters], (cursor, signal) =>
    call((to) => listAdjustments({ ...to, query: { ...filters, limit: 50, cursor } }), signal),
  )

export function Adjustments() {
  return <StateList words={words} choices={[STATUS]} query={adjustmentsQuery} columns={COLUMNS} idOf={(one) => one.id} />
}

const COLUMNS: Column<AdjustmentView>[] = [
  { name: words.member, cell: (one) => <UserLink id={one.userId} tab="wallet" /> },
  { name: words.points, isNumber: true, cell: (one) => <Points value={one.points} /> },
  { name: words.reason, cell: (one) => one.reason },
  { name: words.asked, cell: (one) => <Done at={one.requestedAt} by={one.requestedBy} /> },
  { name: words.until, cell: (one) => (one.resolvedAt ? null : <Time value={one.expiresAt} />) },
  {
    name: words.status,
    cell: (one) => (
      <>
        <Badge variant="light">{words.states[one.status] ?? one.status}</Badge>{' '}
        {one.resolvedAt && one.resolvedBy && <Done at={one.resolvedAt} by={one.resolvedBy} />}
      </>
    ),
  },
  { name: words.actions, cell: (one) => <Waiting adjustment={one} /> },
]

function Done({ at, by }: { at: string; by: string }) {
  const nameOf = usePrincipalNames()
  return (
    <>
      <Time value={at} /> {words.by(nameOf(by))}
    </>
  )
}

function Waiting({ adjustment: { id, userId, points, status, eventId } }: { adjustment: AdjustmentView }) {
  const queries = useQueryClient()
  const mayApprove = useMayDo(EDITORS)
  const mayReject = useMayDo(HELPERS)
  if (eventId)
    return (
      <Link to="/events/$eventId" params={{ eventId }} search={{}}>
        {words.event}
      </Link>
    )
  if (status !== 'PENDING') return null
  const yes = {
    action: words.approve,
    title: words.approveTitle(signed(points)),
    means: words.approveText,
    done: words.approved,
    send: (headers: OnceHeaders) => call((to) => approveAdjustment({ ...to, path: { id }, headers })),
  }
  const no = {
    action: words.reject,
    title: words.rejectTitle(signed(points)),
    means: words.rejectText,
    done: words.rejected,
    send: (headers: OnceHeaders) => call((to) => rejectAdjustment({ ...to, path: { id }, headers })),
  }
  const renew = () => {
    for (const queryKey of [['adjustments'], ['wallet', userId], ['users']]) void queries.invalidateQueries({ queryKey })
  }
  return <Decide of={id} yes={mayApprove ? yes : undefined} no={mayReject ? no : undefined} onDone={renew} />
}
