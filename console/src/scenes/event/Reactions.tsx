// What came of an event: the entries of the ledger, and the events that followed.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { event as words } from '#words/event'
import { called, enums } from '#words/enums'
import { reactionsQuery, type EventView, type LedgerEntryView } from '../../api/queries'
import { Answered } from '../../parts/notices'
import { Section } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'
import { points, Points } from '../../parts/values'

const { reactions } = words

export function Reactions({ event }: { event: EventView }) {
  const query = useQuery(reactionsQuery(event.id))
  return (
    <Section title={reactions.title}>
      <Answered query={query} rows={2}>
        {({ entries, followUps = [], parked = [] }) => (
          <div className="pc-stack">
            {entries.length === 0 ? (
              <p className="pc-nothing">{reactions.noEntries}</p>
            ) : (
              <div>
                <h3 className="pc-small-heading">{reactions.entries}</h3>
                <Table columns={COLUMNS} rows={entries} idOf={(entry) => entry.number} />
              </div>
            )}
            {followUps.length + parked.length > 0 && (
              <div>
                <h3 className="pc-small-heading">{reactions.followUps}</h3>
                <ul className="pc-faults">
                  {followUps.map((one) => (
                    <li key={one.id}>
                      <Link to="/events/$eventId" params={{ eventId: one.id }} search={{}}>
                        {one.type}
                      </Link>{' '}
                      <Points value={one.points} />
                    </li>
                  ))}
                  {parked.map((one, place) => (
                    <li key={place}>{reactions.parked(one.type, one.bound)}</li>
                  ))}
                </ul>
              </div>
            )}
          </div>
        )}
      </Answered>
    </Section>
  )
}

const COLUMNS: Column<LedgerEntryView>[] = [
  { name: reactions.number, cell: (entry) => entry.number },
  {
    name: reactions.reason,
    cell: ({ reactor, account }) =>
      reactor ? (
        <Link to="/reactors/$reactorId" params={{ reactorId: reactor.id }} search={{}}>
          {reactor.name}
        </Link>
      ) : (
        called(enums.account, account)
      ),
  },
  { name: reactions.points, isNumber: true, cell: (entry) => <Points value={entry.points} /> },
  { name: reactions.after, isNumber: true, cell: (entry) => points(entry.balanceAfter) },
]
