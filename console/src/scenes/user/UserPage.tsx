// One member: who it is, what is in the wallet and why, and what has happened.

import { Badge, Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { recentEventsQuery, userQuery, walletQuery, type EntryView, type User } from '../../api/queries'
import { Empty, ErrorNotice, Facts, Id, Page, points, Points, Rows, Section, Time } from '../../common/parts'
import { ReportButton } from '../../common/Shell'
import { nameOf } from '../../common/user'

const PurchaseReward = lazy(() => import('./PurchaseReward'))

export function UserPage() {
  const { userId } = useParams({ strict: false }) as { userId: string }
  const { data: user, error, refetch } = useQuery(userQuery(userId))
  const [isPurchasing, setIsPurchasing] = useState(false)
  if (error)
    return (
      <Page title="User">
        <ErrorNotice error={error} onRetry={() => void refetch()}>
          <Link to="/users">Back to the users</Link>
        </ErrorNotice>
      </Page>
    )
  if (!user)
    return (
      <Page title="User">
        <Rows count={8} />
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
  if (query.isError && !query.data) return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
  const wallet = query.data?.pages[0]
  if (!wallet) return <Rows count={6} />
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? []
  return (
    <div className="pc-stack">
      <div>
        <div className="pc-balance">{points(wallet.balance)}</div>
        <span className="pc-nothing">
          {points(wallet.earned)} earned, {points(wallet.spent)} spent
        </span>
      </div>
      {entries.length === 0 ? (
        <Empty title="No points have moved yet.">They do as soon as a reactor fires for an event of this user.</Empty>
      ) : (
        <History entries={entries} />
      )}
      {query.isFetchNextPageError && <ErrorNotice error={query.error} />}
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  )
}

function History({ entries }: { entries: EntryView[] }) {
  return (
    <div className="pc-table-wrap">
      <table className="pc-table">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Reason</th>
            <th scope="col" className="pc-number">
              Points
            </th>
            <th scope="col" className="pc-number">
              Balance
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.number}>
              <td data-label="When">
                <Time value={entry.recordedAt} />
              </td>
              <td data-label="Reason">
                <span>
                  {entry.reactor?.name ?? entry.account.toLowerCase()}
                  <br />
                  <Link to="/events/$eventId" params={{ eventId: entry.eventId }} search={{}}>
                    {entry.eventType}
                  </Link>
                </span>
              </td>
              <td data-label="Points" className="pc-number">
                <Points value={entry.points} />
              </td>
              <td data-label="Balance" className="pc-number">
                {entry.balanceAfter}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function AllEvents({ userId }: { userId: string }) {
  return (
    <Link to="/events" search={{ subject: userId }}>
      In the Event Stream
    </Link>
  )
}

function Events({ userId }: { userId: string }) {
  const { data, error, refetch } = useQuery(recentEventsQuery(userId))
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />
  if (!data) return <Rows count={5} />
  if (data.length === 0) return <Empty title="Nothing has happened yet." />
  return (
    <div className="pc-table-wrap">
      <table className="pc-table">
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">Reported at</th>
            <th scope="col" className="pc-number">
              Points
            </th>
          </tr>
        </thead>
        <tbody>
          {data.map((event) => (
            <tr key={event.id}>
              <td data-label="Event">
                <Link to="/events/$eventId" params={{ eventId: event.id }} search={{}}>
                  {event.type}
                </Link>
              </td>
              <td data-label="Reported at">
                <Time value={event.reportedAt} />
              </td>
              <td data-label="Points" className="pc-number">
                <Points value={event.points} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
