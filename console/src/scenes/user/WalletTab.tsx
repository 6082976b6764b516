// The wallet in full: over time, what waits, what runs out, and everything that changed it.

import { NativeSelect, Text } from '@mantine/core'
import { queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../../api/client'
import { getPredictions, getWalletHistory } from '../../api/generated/sdk.gen'
import type { PredictionView, WalletView } from '../../api/generated/types.gen'
import { walletQuery, type User } from '../../api/queries'
import { Chart } from '../../parts/Chart'
import { Answered, Empty, More } from '../../parts/notices'
import { Section } from '../../parts/Page'
import { Table } from '../../parts/Table'
import { Facts, points, Time } from '../../parts/values'
import { user as words } from '#words/user'
import { ENTRY_COLUMNS } from './entries'
import { Lots } from './Lots'
import { Pending } from './Pending'

const { wallet } = words
type Interval = 'DAY' | 'WEEK' | 'MONTH'

const historyQuery = (userId: string, interval: Interval) =>
  queryOptions({
    queryKey: ['wallet', userId, 'history', interval],
    queryFn: async ({ signal }) =>
      (await call((to) => getWalletHistory({ ...to, path: { user_id: userId }, query: { interval } }), signal)).data,
  })

const predictionsQuery = (userId: string) =>
  queryOptions({
    queryKey: ['wallet', userId, 'predictions'],
    queryFn: async ({ signal }) => (await call((to) => getPredictions({ ...to, path: { user_id: userId } }), signal)).data,
  })

export default function WalletTab({ user }: { user: User }) {
  const query = useInfiniteQuery(walletQuery(user.id))
  return (
    <div className="pc-stack">
      <Section title={wallet.overTime}>
        <OverTime userId={user.id} />
      </Section>
      <Answered query={query} rows={8}>
        {({ pages }) => (
          <>
            <div className="pc-columns">
              <Section title={wallet.facts}>
                <Now userId={user.id} found={pages[0]!} />
              </Section>
              <Section title={wallet.expiring}>
                <Expiring found={pages[0]!} />
              </Section>
            </div>
            <Section title={wallet.lots}>
              <Lots userId={user.id} />
            </Section>
            {(pages[0]!.pendingLots ?? []).length > 0 && (
              <Section title={wallet.pendingLots}>
                <Pending user={user} lots={pages[0]!.pendingLots!} />
              </Section>
            )}
            <Section title={wallet.history}>
              {pages[0]!.entries.length === 0 ? (
                <Empty title={wallet.none}>{wallet.noneYet}</Empty>
              ) : (
                <Table
                  columns={ENTRY_COLUMNS}
                  rows={pages.flatMap((page) => page.entries)}
                  idOf={(entry) => `${entry.userId}${entry.number}`}
                />
              )}
              <More query={query} />
            </Section>
          </>
        )}
      </Answered>
    </div>
  )
}

function OverTime({ userId }: { userId: string }) {
  const { interval: asked } = useSearch({ strict: false }) as { interval?: string }
  const navigate = useNavigate()
  const interval: Interval = asked === 'WEEK' || asked === 'MONTH' ? asked : 'DAY'
  const query = useQuery(historyQuery(userId, interval))
  return (
    <div className="pc-stack">
      <Text size="sm" c="dimmed" className="pc-prose">
        {wallet.overTimeIs}
      </Text>
      <NativeSelect
        label={wallet.shown}
        maw={240}
        value={interval}
        data={Object.entries(wallet.spans).map(([value, label]) => ({ value, label }))}
        onChange={(event) => {
          const { value } = event.currentTarget
          void navigate({ to: '.', search: (before: object) => ({ ...before, interval: value === 'DAY' ? undefined : value }), replace: true })
        }}
      />
      <Answered query={query} rows={4} height={50}>
        {({ intervals }) => {
          const rows = intervals.map(({ key, balance, earned, spent, expired }) => ({ key, balance, earned, spent, expired }))
          const axis = { key: 'key', name: wallet.time }
          return (
            <div className="pc-columns">
              <Chart
                title={wallet.balance}
                kind="area"
                rows={rows}
                axis={axis}
                series={[{ key: 'balance', name: wallet.balance, colour: 'blue' }]}
              />
              <Chart
                title={wallet.moved}
                kind="bar"
                rows={rows}
                axis={axis}
                series={[
                  { key: 'earned', name: wallet.earned, colour: 'green' },
                  { key: 'spent', name: wallet.spent, colour: 'orange' },
                  { key: 'expired', name: wallet.expired, colour: 'red' },
                ]}
              />
            </div>
          )
        }}
      </Answered>
    </div>
  )
}

function Now({ userId, found }: { userId: string; found: WalletView }) {
  const next = useQuery(predictionsQuery(userId)).data
  return (
    <Facts
      items={[
        [wallet.balance, points(found.balance)],
        [wallet.pending, points(found.pending)],
        [wallet.debt, points(found.debt)],
        [wallet.earned, points(found.earned)],
        [wallet.spent, points(found.spent)],
        [wallet.expired, points(found.expired)],
        [wallet.nextExpiry, next?.nextExpiry && <Prediction key="e" of={next.nextExpiry} />],
        [wallet.nextActivation, next?.nextActivation && <Prediction key="a" of={next.nextActivation} />],
        [wallet.lapse, next?.lapse && <Prediction key="l" of={next.lapse} />],
      ]}
    />
  )
}

function Prediction({ of }: { of: PredictionView }) {
  return (
    <>
      {wallet.atPoints(points(of.points))}
      <Time value={of.at} />
    </>
  )
}

function Expiring({ found }: { found: WalletView }) {
  const months = found.expiring ?? []
  if (months.length === 0) return <p className="pc-nothing">{wallet.nothingExpires}</p>
  return (
    <Chart
      title={wallet.expiring}
      kind="bar"
      rows={months.map(({ month, points }) => ({ month, points }))}
      axis={{ key: 'month', name: wallet.month }}
      series={[{ key: 'points', name: wallet.points, colour: 'orange' }]}
    />
  )
}
