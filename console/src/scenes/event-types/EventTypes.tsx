// What can be reported.

import { Badge, Button, NativeSelect, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy } from 'react'
import { eventTypes as words } from '#words/event-types'
import { volumes } from '#words/volumes'
import { eventTypesQuery, type EventTypeView } from '../../api/queries'
import { eventVolumesQuery } from '../../api/volumes'
import { Answered, Empty } from '../../parts/notices'
import { Page } from '../../parts/Page'
import { EDITORS, useMayDo, VIEWERS } from '../../parts/roles'
import { OpenButton } from '../../parts/OpenButton'
import { LongTable } from '../../parts/LongTable'
import { type Column } from '../../parts/Table'
import { Count, CountedSince } from '../../parts/Volume'
import { Underscored } from '../../parts/TypeName'

const BringIn = lazy(() => import('./Exchange'))

type Search = { search?: string; show?: string }

export function EventTypes() {
  const search = useSearch({ strict: false }) as Search
  const mayAdd = useMayDo(EDITORS)
  const add = mayAdd && (
    <Button component={Link} to="/event-types/new">
      {words.add}
    </Button>
  )
  const ways = (
    <>
      <Exchange mayAdd={mayAdd} />
      {add}
    </>
  )
  return (
    <Page title={words.title} intro={words.intro} actions={ways}>
      <Answered query={useQuery(eventTypesQuery)} rows={6}>
        {(types) => {
          const own = types.filter((type) => !type.isIntrinsic)
          const found = [...own, ...types.filter((type) => type.isIntrinsic)].filter((type) => matches(type, search))
          return (
            <>
              {own.length === 0 && <Empty title={words.none}>{words.noneYet}</Empty>}
              <Filters search={search} shown={found.length} all={types.length} />
              {found.length === 0 ? <Empty title={words.noneMatches}>{words.noneMatchesYet}</Empty> : <Found types={found} />}
            </>
          )
        }}
      </Answered>
    </Page>
  )
}

function Exchange({ mayAdd }: { mayAdd: boolean }) {
  const { exchange } = words
  const mayTakeOut = useMayDo(VIEWERS)
  return (
    <>
      {mayTakeOut && (
        <Button variant="default" component="a" href="/v1/event_types/export" download={exchange.file}>
          {exchange.takeOut}
        </Button>
      )}
      {mayAdd && (
        <OpenButton name="bring-in" label={exchange.bringIn}>
          {(close) => <BringIn onClose={close} />}
        </OpenButton>
      )}
    </>
  )
}

function Found({ types }: { types: EventTypeView[] }) {
  const maySeeSums = useMayDo(VIEWERS)
  const query = useQuery({ ...eventVolumesQuery('30d'), enabled: maySeeSums })
  const counts = new Map(query.data?.eventTypes.map(({ id, events }) => [id, events]))
  const volume: Column<EventTypeView> = {
    name: volumes.eventsColumn,
    isNumber: true,
    cell: ({ id }) => <Count query={query} of={counts.get(id)} />,
  }
  return (
    <>
      <LongTable columns={maySeeSums ? [...COLUMNS, volume] : COLUMNS} rows={types} idOf={(type) => type.id} />
      <Text size="xs" c="dimmed">
        <CountedSince of={query.data} />
      </Text>
    </>
  )
}

function matches(type: EventTypeView, { search, show }: Search): boolean {
  const wanted = search?.trim().toLowerCase() ?? ''
  if (wanted && !`${type.name} ${type.description}`.toLowerCase().includes(wanted)) return false
  if (show === 'own') return !type.isIntrinsic
  if (show === 'intrinsic') return type.isIntrinsic
  return show !== 'archived' || !type.isActive
}

function Filters({ search, shown, all }: { search: Search; shown: number; all: number }) {
  const navigate = useNavigate()
  const set = (change: Search) => void navigate({ to: '/event-types', search: (before: object) => ({ ...before, ...change }) as never, replace: true })
  const { filters } = words
  const choices = { '': filters.all, own: filters.own, intrinsic: filters.intrinsic, archived: filters.archived }
  return (
    <search aria-label={filters.label}>
      <div className="pc-fields">
        <TextInput type="search" label={filters.search} placeholder={filters.searchPlaceholder} value={search.search ?? ''} onChange={(event) => set({ search: event.currentTarget.value || undefined })} />
        <NativeSelect label={filters.show} value={search.show ?? ''} data={Object.entries(choices).map(([value, label]) => ({ value, label }))} onChange={(event) => set({ show: event.currentTarget.value || undefined })} />
      </div>
      <Text size="xs" c="dimmed" mt="xs" role="status">
        {filters.count(shown, all)}
      </Text>
    </search>
  )
}

const COLUMNS: Column<EventTypeView>[] = [
  {
    name: words.columns.name,
    cell: (type) => (
      <>
        <Link to="/event-types/$name" params={{ name: type.name }} search={{}}>
          <Underscored name={type.name} />
        </Link>{' '}
        {!type.isActive && (
          <Badge size="sm" variant="light" color="gray">
            {words.archived}
          </Badge>
        )}
      </>
    ),
  },
  { name: words.columns.description, cell: (type) => type.description },
  { name: words.columns.reporter, cell: reporterOf },
  { name: words.columns.version, cell: (type) => type.version },
]

export function reporterOf(type: EventTypeView): string {
  if (type.isIntrinsic) return words.reporters.engine
  return type.isPrivate ? words.reporters.secret : words.reporters.members
}
