// The lots of a wallet: which points are spent next, which wait, and until when each is good.

import { Text } from '@mantine/core'
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { call } from '../../api/client'
import { getLots } from '../../api/generated/sdk.gen'
import type { LotView } from '../../api/generated/types.gen'
import { Answered, More } from '../../parts/notices'
import { Table, type Column } from '../../parts/Table'
import { written } from '../../parts/numbers'
import { points, Time } from '../../parts/values'
import { user as words } from '#words/user'

const { wallet } = words

const PAGE = 10

const lotsQuery = (userId: string) =>
  infiniteQueryOptions({
    queryKey: ['wallet', userId, 'lots'],
    queryFn: async ({ pageParam, signal }) =>
      (await call((to) => getLots({ ...to, path: { user_id: userId }, query: { limit: PAGE, after: pageParam } }), signal)).data,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextAfter ?? undefined,
  })

const COLUMNS: Column<LotView>[] = [
  {
    name: wallet.earnedAt,
    cell: (lot) =>
      lot.eventId ? (
        <Link to="/events/$eventId" params={{ eventId: lot.eventId }} search={{}}>
          <Time value={lot.earnedAt} />
        </Link>
      ) : (
        <Time value={lot.earnedAt} />
      ),
  },
  { name: wallet.left, isNumber: true, cell: (lot) => written(lot.remaining) },
  { name: wallet.ofPoints, isNumber: true, cell: (lot) => written(lot.points) },
  { name: wallet.usableFrom, cell: (lot) => <Usable lot={lot} /> },
  { name: wallet.runsOut, cell: (lot) => (lot.expiresAt ? <Time value={lot.expiresAt} /> : wallet.never) },
]

function Usable({ lot }: { lot: LotView }) {
  if (!lot.isPending) return <>{wallet.usableNow}</>
  return lot.usableAt ? <Time value={lot.usableAt} /> : <>{wallet.usableWith(lot.awaits ?? '')}</>
}

export function Lots({ userId }: { userId: string }) {
  const query = useInfiniteQuery(lotsQuery(userId))
  return (
    <Answered query={query} rows={2}>
      {({ pages }) => {
        const lots = pages.flatMap((page) => page.lots)
        const { count, openEnded } = pages[0]!
        if (lots.length === 0) return <p className="pc-nothing">{wallet.noLots}</p>
        return (
          <>
            <Text size="sm" c="dimmed" mb="xs">
              {wallet.lotsAbout} {openEnded > 0 && wallet.openEnded(points(openEnded))}
            </Text>
            <Table columns={COLUMNS} rows={lots} idOf={(lot) => lot.entry} />
            {lots.length < count && (
              <Text size="xs" c="dimmed" my="xs">
                {wallet.lotsShown(written(lots.length), written(count))}
              </Text>
            )}
            <More query={query} />
          </>
        )
      }}
    </Answered>
  )
}
