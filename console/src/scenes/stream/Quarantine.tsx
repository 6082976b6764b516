// Reports that wait in quarantine, or have done so; each has a page of its own, where its waiting is ended.

import { Badge, Checkbox, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { stream } from '#words/stream'
import { quarantineQuery, type EventFilters, type QuarantineEntry } from '../../api/queries'
import { Answered, Empty, More } from '../../parts/notices'
import { whyKept } from '../../parts/quarantine'
import { Table, type Column } from '../../parts/Table'
import { Time, UserLink } from '../../parts/values'
import type { StreamSearch } from '../../router'
import { applying } from './applying'

const words = stream.quarantine

export default function Quarantine({ filters }: { filters: EventFilters }) {
  const { all } = useSearch({ strict: false }) as StreamSearch
  const navigate = useNavigate()
  const isAllStates = all !== undefined
  const setIsAllStates = (isAll: boolean) =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, all: isAll ? 'yes' : undefined }), replace: true })
  const { kept, isAll } = applying(filters)
  const query = useInfiniteQuery(quarantineQuery({ ...kept, ...(isAllStates ? {} : { status: 'OPEN' }) }))
  return (
    <Stack align="flex-start">
      <Checkbox
        label={words.all}
        checked={isAllStates}
        onChange={(event) => setIsAllStates(event.currentTarget.checked)}
      />
      {!isAll && (
        <Text size="sm" c="dimmed">
          {stream.duplicates.notApplied}
        </Text>
      )}
      <Answered query={query} rows={8}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.data)
          if (entries.length === 0) return <Empty title={words.empty}>{words.emptyText}</Empty>
          return <Table columns={COLUMNS} rows={entries} idOf={(entry) => entry.id} />
        }}
      </Answered>
      <More query={query} />
    </Stack>
  )
}

const COLUMNS: Column<QuarantineEntry>[] = [
  { name: words.at, cell: (entry) => <Time value={entry.reportedAt} /> },
  {
    name: stream.columns.type,
    cell: (entry) => (
      <Link to="/events/$eventId" params={{ eventId: entry.id }} search={{}}>
        {entry.type}
      </Link>
    ),
  },
  { name: stream.columns.user, cell: (entry) => <UserLink id={entry.subject} /> },
  { name: words.why, cell: ({ reason, faults }) => `${whyKept(reason)} ${faults[0]?.detail ?? ''}` },
  {
    name: words.state,
    cell: ({ status }) => (
      <Badge variant="light" color={status === 'OPEN' ? 'orange' : 'gray'}>
        {words.states[status] ?? status}
      </Badge>
    ),
  },
]
