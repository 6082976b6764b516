// What one wants to know of a member first.

import { Badge } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { writeExact } from '../../api/exactJson'
import { recentEventsQuery, walletQuery, type EventView, type User } from '../../api/queries'
import { Answered, Empty, More } from '../../parts/notices'
import { Section } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'
import { Underscored } from '../../parts/TypeName'
import { Facts, Id, points, Points, Time } from '../../parts/values'
import { user as words } from '#words/user'
import { users } from '#words/users'
import { called, enums } from '#words/enums'
import { ENTRY_COLUMNS } from './entries'

const { facts, wallet, events } = words

export function Overview({ user }: { user: User }) {
  return (
    <div className="pc-columns pc-columns-uneven">
      <div className="pc-stack">
        <Section title={wallet.title}>
          <Wallet userId={user.id} />
        </Section>
      </div>
      <div className="pc-stack">
        <Section title={words.profile.title}>
          <Profile user={user} />
        </Section>
        <Section title={words.newest} actions={<AllEvents userId={user.id} />}>
          <Events userId={user.id} />
        </Section>
      </div>
    </div>
  )
}

// What the fields of a profile are called; attributes are called what they are.
const PROFILE: Record<string, string> = users.fields as never

export function Profile({ user }: { user: User }) {
  const { givenName: _, familyName: __, emailAddress, ...others } = user.profile
  const further = Object.entries(others).map(
    ([name, value]) => [PROFILE[name] ?? name, typeof value === 'string' ? value : writeExact(value as never)] as [string, string],
  )
  return (
    <Facts
      items={[
        [facts.id, <Id key="id" value={user.id} />],
        [facts.accountNumber, user.accountNumber],
        [facts.email, emailAddress],
        [facts.login, user.authIdentifier],
        [facts.external, user.externalIdentifier],
        [
          facts.status,
          <Badge key="s" variant="light" color={user.status === 'ACTIVE' ? 'green' : 'orange'}>
            {called(enums.userStatus, user.status)}
          </Badge>,
        ],
        [facts.registered, <Time key="t" value={user.createdAt} />],
        ...further,
      ]}
    />
  )
}

function Wallet({ userId }: { userId: string }) {
  const query = useInfiniteQuery(walletQuery(userId))
  return (
    <Answered query={query} rows={6}>
      {({ pages }) => (
        <div className="pc-stack">
          <div>
            <div className="pc-balance">{points(pages[0]!.balance)}</div>
            <span className="pc-nothing">{wallet.sums(points(pages[0]!.earned), points(pages[0]!.spent))}</span>
          </div>
          {pages[0]!.entries.length === 0 ? (
            <Empty title={wallet.none}>{wallet.noneYet}</Empty>
          ) : (
            <Table columns={ENTRY_COLUMNS} rows={pages.flatMap((page) => page.entries)} idOf={(entry) => `${entry.userId}${entry.number}`} />
          )}
          <More query={query} />
        </div>
      )}
    </Answered>
  )
}

export function AllEvents({ userId }: { userId: string }) {
  return (
    <Link to="/events" search={{ subject: userId }}>
      {words.inStream}
    </Link>
  )
}

function Events({ userId }: { userId: string }) {
  return (
    <Answered query={useQuery(recentEventsQuery(userId))} rows={5}>
      {(found) =>
        found.length === 0 ? (
          <Empty title={events.none}>{events.noneYet}</Empty>
        ) : (
          <Table columns={EVENT_COLUMNS} rows={found} idOf={(event) => event.id} />
        )
      }
    </Answered>
  )
}

export const EVENT_COLUMNS: Column<EventView>[] = [
  {
    name: events.event,
    cell: (event) => (
      <Link to="/events/$eventId" params={{ eventId: event.id }} search={{}}>
        <Underscored name={event.type} />
      </Link>
    ),
  },
  { name: events.occurred, cell: (event) => <Time value={event.occurredAt} /> },
  { name: events.points, isNumber: true, cell: (event) => <Points value={event.points} /> },
]
