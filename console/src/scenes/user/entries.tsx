// Changes of a wallet as rows: each with its reason, and links to the event and the reactor.

import { Badge } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { EntryView } from '../../api/queries'
import type { Column } from '../../parts/Table'
import { written } from '../../parts/numbers'
import { Underscored } from '../../parts/TypeName'
import { points, Points, Time } from '../../parts/values'
import { user as words } from '#words/user'
import { called, enums } from '#words/enums'

const { wallet } = words

export const ENTRY_COLUMNS: Column<EntryView>[] = [
  { name: wallet.when, cell: (entry) => <When entry={entry} /> },
  { name: wallet.reason, cell: (entry) => <Reason entry={entry} /> },
  { name: wallet.points, isNumber: true, cell: (entry) => <Points value={entry.points} /> },
  { name: wallet.balance, isNumber: true, cell: (entry) => written(entry.balanceAfter) },
]

const LATE_MS = 60_000

/** When it was recorded; and when it occurred, where that was reported late. */
function When({ entry: { recordedAt, occurredAt } }: { entry: EntryView }) {
  const isLate = Math.abs(Date.parse(recordedAt) - Date.parse(occurredAt)) > LATE_MS
  return (
    <>
      <Time value={recordedAt} />
      {isLate && (
        <div className="pc-late">
          {wallet.occurred} <Time value={occurredAt} />
        </div>
      )}
    </>
  )
}

function Reason({ entry }: { entry: EntryView }) {
  const { reactor, owed } = entry
  return (
    <>
      {reactor ? (
        <Link to="/reactors/$reactorId" params={{ reactorId: reactor.id }} search={{}}>
          {reactor.name}
        </Link>
      ) : (
        (entry.reason ?? called(enums.account, entry.account))
      )}
      {entry.pending && <Mark>{wallet.pendingMark}</Mark>}
      {entry.undoes && <Mark>{wallet.undoes}</Mark>}
      {entry.userId && <Mark>{wallet.carried}</Mark>}
      <br />
      <Link to="/events/$eventId" params={{ eventId: entry.eventId }} search={{}}>
        <Underscored name={entry.eventType} />
      </Link>
      {owed ? <> {wallet.owed(points(Math.abs(owed)))}</> : null}
    </>
  )
}

function Mark({ children }: { children: string }) {
  return (
    <>
      {' '}
      <Badge size="sm" variant="light" color="gray">
        {children}
      </Badge>
    </>
  )
}
