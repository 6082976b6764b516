// Reports that were refused as duplicates: each beside its original, and a way to let it count after all.

import { Button, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { stream } from '#words/stream'
import { call } from '../../api/client'
import type { Json } from '../../api/exactJson'
import { releaseDuplicate } from '../../api/generated/sdk.gen'
import { duplicatesQuery, type DuplicateView, type EventFilters } from '../../api/queries'
import { Confirm } from '../../parts/Confirm'
import { useOpened } from '../../parts/inFront'
import { Answered, Empty, More } from '../../parts/notices'
import { HELPERS, useMayDo } from '../../parts/roles'
import { Table, type Column } from '../../parts/Table'
import { Time, UserLink } from '../../parts/values'
import { applying } from './applying'
import { briefOf } from './row'

const words = stream.duplicates

export default function Duplicates({ filters }: { filters: EventFilters }) {
  const { kept, isAll } = applying(filters)
  const query = useInfiniteQuery(duplicatesQuery(kept))
  const release = useOpened('release')
  const mayRelease = useMayDo(HELPERS)
  return (
    <Stack align="flex-start">
      {!isAll && (
        <Text size="sm" c="dimmed">
          {words.notApplied}
        </Text>
      )}
      <Answered query={query} rows={8}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.data)
          if (entries.length === 0) return <Empty title={words.empty}>{words.emptyText}</Empty>
          return (
            <Table
              columns={columnsOf(mayRelease ? (entry) => release.open(entry.id) : undefined)}
              rows={entries}
              idOf={(entry) => entry.id}
            />
          )
        }}
      </Answered>
      <More query={query} />
      {mayRelease && release.of !== undefined && <Release id={release.of} onClose={release.close} />}
    </Stack>
  )
}

function Release({ id, onClose }: { id: string; onClose: () => void }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  return (
    <Confirm
      title={words.releaseTitle}
      action={words.release}
      isHarmless
      onClose={onClose}
      onConfirm={async (headers) => {
        const { data } = await call((to) => releaseDuplicate({ ...to, path: { id }, headers }))
        void queries.invalidateQueries({ queryKey: ['duplicates'] })
        void navigate({ to: '/events/$eventId', params: { eventId: data.id }, search: {}, replace: true })
      }}
    >
      {words.releaseText}
    </Confirm>
  )
}

function columnsOf(onRelease: ((entry: DuplicateView) => void) | undefined): Column<DuplicateView>[] {
  return [
    { name: words.refusedAt, cell: (entry) => <Time value={entry.reportedAt} /> },
    { name: stream.columns.type, cell: (entry) => entry.type },
    { name: stream.columns.user, cell: (entry) => <UserLink id={entry.subject} /> },
    { name: words.payload, cell: (entry) => briefOf(entry.payload as Json) },
    {
      name: words.original,
      cell: ({ original, secondsBetween }) => (
        <>
          <Link to="/events/$eventId" params={{ eventId: original.id }} search={{}}>
            {words.openOriginal}
          </Link>{' '}
          ({words.seconds(secondsBetween)})
        </>
      ),
    },
    {
      name: words.state,
      cell: (entry) =>
        entry.eventId ? (
          <Link to="/events/$eventId" params={{ eventId: entry.eventId }} search={{}}>
            {words.openEvent}
          </Link>
        ) : (
          onRelease && (
            <Button size="compact-sm" variant="default" onClick={() => onRelease(entry)}>
              {words.release}
            </Button>
          )
        ),
    },
  ]
}
