// Points that cannot be spent yet, and what somebody may do about them before their time.

import { call } from '../../api/client'
import { activatePoints, cancelPoints } from '../../api/generated/sdk.gen'
import type { PendingView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import type { User } from '../../api/queries'
import { Decide } from '../../parts/Decide'
import { written } from '../../parts/numbers'
import { EDITORS, useMayDo } from '../../parts/roles'
import { Table, type Column } from '../../parts/Table'
import { points, Time } from '../../parts/values'
import { user as words } from '#words/user'
import { useUserRenewal } from './UserActions'

const { wallet, release } = words

const COLUMNS: Column<PendingView>[] = [
  { name: wallet.entry, isNumber: true, cell: (lot) => lot.entry },
  { name: wallet.points, isNumber: true, cell: (lot) => written(lot.points) },
  { name: wallet.usable, cell: (lot) => lot.usableAt && <Time value={lot.usableAt} /> },
  { name: wallet.awaits, cell: (lot) => lot.awaits },
]

export function Pending({ user, lots }: { user: User; lots: PendingView[] }) {
  const mayRelease = useMayDo(EDITORS) && user.status !== 'CLOSED'
  const doing: Column<PendingView> = { name: release.actions, cell: (lot) => <Release user={user} lot={lot} /> }
  return <Table columns={mayRelease ? [...COLUMNS, doing] : COLUMNS} rows={lots} idOf={(lot) => lot.entry} />
}

function Release({ user, lot }: { user: User; lot: PendingView }) {
  const renew = useUserRenewal(user.id)
  const body = { actorId: user.id, entries: [lot.entry] }
  const told = points(lot.points)
  return (
    <Decide
      of={String(lot.entry)}
      yes={{
        action: release.activate,
        title: release.activateTitle(told),
        means: release.activateMeans,
        done: release.activated,
        send: (headers: OnceHeaders) => call((to) => activatePoints({ ...to, body, headers })),
      }}
      no={{
        action: release.cancel,
        title: release.cancelTitle(told),
        means: release.cancelMeans,
        done: release.cancelled,
        send: (headers: OnceHeaders) => call((to) => cancelPoints({ ...to, body, headers })),
      }}
      onDone={renew}
    />
  )
}
