// The lots of a wallet: which points are spent next, which wait, and until when each is good.

import { Button, Text } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/client'
import { getLots } from '../../api/generated/sdk.gen'
import type { LotView } from '../../api/generated/types.gen'
import { Answered } from '../../parts/notices'
import { Table, type Column } from '../../parts/Table'
import { points, Time } from '../../parts/values'
import { user as words } from '#words/user'

const { wallet } = words

const lotsQuery = (userId: string) =>
  queryOptions({
    queryKey: ['wallet', userId, 'lots'],
    queryFn: async ({ signal }) => (await call((to) => getLots({ ...to, path: { user_id: userId } }), signal)).data,
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
  { name: wallet.left, isNumber: true, cell: (lot) => lot.remaining.toLocaleString('en') },
  { name: wallet.ofPoints, isNumber: true, cell: (lot) => lot.points.toLocaleString('en') },
  { name: wallet.usableFrom, cell: (lot) => <Usable lot={lot} /> },
  { name: wallet.runsOut, cell: (lot) => (lot.expiresAt ? <Time value={lot.expiresAt} /> : wallet.never) },
]

function Usable({ lot }: { lot: LotView }) {
  if (!lot.isPending) return <>{wallet.usableNow}</>
  return lot.usableAt ? <Time value={lot.usableAt} /> : <>{wallet.usableWith(lot.awaits ?? '')}</>
}

const FEW = 10

export function Lots({ userId }: { userId: string }) {
  const [isWhole, setIsWhole] = useState(false)
  return (
    <Answered query={useQuery(lotsQuery(userId))} rows={2}>
      {({ lots, count, openEnded }) =>
        lots.length === 0 ? (
          <p className="pc-nothing">{wallet.noLots}</p>
        ) : (
          <>
            <Text size="sm" c="dimmed" mb="xs">
              {wallet.lotsAbout} {openEnded > 0 && wallet.openEnded(points(openEnded))}
            </Text>
            <Table columns={COLUMNS} rows={isWhole ? lots : lots.slice(0, FEW)} idOf={(lot) => lot.entry} />
            {!isWhole && lots.length > FEW && (
              <Button mt="xs" size="xs" variant="default" onClick={() => setIsWhole(true)}>
                {wallet.allLots(lots.length.toLocaleString('en'))}
              </Button>
            )}
            {isWhole && lots.length < count && (
              <Text size="xs" c="dimmed" mt="xs">
                {wallet.lotsShown(lots.length.toLocaleString('en'), count.toLocaleString('en'))}
              </Text>
            )}
          </>
        )
      }
    </Answered>
  )
}
