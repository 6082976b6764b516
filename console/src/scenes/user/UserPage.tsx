// One member: who it is, what is in the wallet and why, and what has happened.

import { Badge, Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { recentEventsQuery, userQuery, walletQuery, type EntryView, type EventView, type User } from '../../api/queries'
import { Answered, Empty, More } from '../../parts/notices'
import { Page, Section } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'
import { nameOf } from '../../parts/user'
import { Facts, Id, points, Points, Time } from '../../parts/values'
import { ReportButton } from '../report/ReportButton'

const PurchaseReward = lazy(() => import('./PurchaseReward'))

export function UserPage() {
  const { userId } = useParams({ strict: false }) as { userId: string }
  const query = useQuery(userQuery(userId))
  const [isPurchasing, setIsPurchasing] = useState(false)
  const user = query.data
  if (!user)
    return (
      <Page title="User">
        <Answered query={query} rows={8} instead={<Link to="/users">Back to the users</Link>}>
          {() => null}
        </Answered>
      </Page>
    )
  return (
    <Page
      title={nameOf(user)}
      actions={
        <>
          <Button variant="default" onClick={() => setIsPurchasing(true)}>
            Purchase a reward
          </Button>
          <ReportButton about={user.id} />
        </>
      }
    >
      <div className="pc-columns pc-columns-uneven">
        <div className="pc-stack">
          <Section title="Wallet">
            <Wallet userId={user.id} />
          </Section>
        </div>
        <div className="pc-stack">
          <Section title="Profile">
            <Profile user={user} />
          </Section>
          <Section title="Newest events" actions={<AllEvents userId={user.id} />}>
            <Events userId={user.id} />
          </Section>
        </div>
      </div>
      <Suspense fallback={null}>
        {isPurchasing && <PurchaseReward user={user} onClose={() => setIsPurchasing(false)} />}
      </Suspense>
    </Page>
  )
}

function Profile({ user }: { user: User }) {
  const { givenName: _, familyName: __, emailAddress, ...others } = user.profile
  const further = Object.entries(others).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as [string, string],
  )
  return (
    <Facts
      items={[
        ['Id', <Id key="id" value={user.id} />],
        ['Account number', user.accountNumber],
        ['E-mail address', emailAddress],
        ['Login', user.authIdentifier],
        ['External identifier', user.externalIdentifier],
        [
          'Status',
          <Badge key="s" variant="light" color={user.status === 'ACTIVE' ? 'green' : 'orange'}>
            {user.status.toLowerCase()}
          </Badge>,
        ],
        ['Registered', <Time key="t" value={user.createdAt} />],
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
            <span className="pc-nothing">
              {points(pages[0]!.earned)} earned, {points(pages[0]!.spent)} spent
            </span>
          </div>
          {pages[0]!.entries.length === 0 ? (
            <Empty title="No points have moved yet.">They do as soon as a reactor fires for an event of this user.</Empty>
          ) : (
            <Table columns={ENTRY_COLUMNS} rows={pages.flatMap((page) => page.entries)} idOf={(entry) => entry.number} />
          )}
          <More query={query} />
        </div>
      )}
    </Answered>
  )
}

const ENTRY_COLUMNS: Column<EntryView>[] = [
  { name: 'When', cell: (entry) => <Time value={entry.recordedAt} /> },
  {
    name: 'Reason',
    cell: (entry) => (
      <>
        {entry.reactor?.name ?? entry.account.toLowerCase()}
        <br />
        <Link to="/events/$eventId" params={{ eventId: entry.eventId }} search={{}}>
          {entry.eventType}
        </Link>
      </>
    ),
  },
  { name: 'Points', isNumber: true, cell: (entry) => <Points value={entry.points} /> },
  { name: 'Balance', isNumber: true, cell: (entry) => entry.balanceAfter.toLocaleString('en') },
]

function AllEvents({ userId }: { userId: string }) {
  return (
    <Link to="/events" search={{ subject: userId }}>
      In the Event Stream
    </Link>
  )
}

function Events({ userId }: { userId: string }) {
  return (
    <Answered query={useQuery(recentEventsQuery(userId))} rows={5}>
      {(events) =>
        events.length === 0 ? (
          <Empty title="Nothing has happened yet.">Report Event reports the first event of this user.</Empty>
        ) : (
          <Table columns={EVENT_COLUMNS} rows={events} idOf={(event) => event.id} />
        )
      }
    </Answered>
  )
}

const EVENT_COLUMNS: Column<EventView>[] = [
  {
    name: 'Event',
    cell: (event) => (
      <Link to="/events/$eventId" params={{ eventId: event.id }} search={{}}>
        {event.type}
      </Link>
    ),
  },
  { name: 'Reported at', cell: (event) => <Time value={event.reportedAt} /> },
  { name: 'Points', isNumber: true, cell: (event) => <Points value={event.points} /> },
]
