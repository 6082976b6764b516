// What follows from what happens.

import { Button, NativeSelect, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { reactors as words } from '#words/reactors'
import { called, enums } from '#words/enums'
import { volumes } from '#words/volumes'
import { call } from '../../api/client'
import { populateReactors } from '../../api/generated/sdk.gen'
import { useOnce } from '../../api/once'
import { eventTypesQuery, reactorsQuery, type ReactorView } from '../../api/queries'
import { reactorVolumesQuery } from '../../api/volumes'
import { Answered, Empty, ErrorNotice } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { Page } from '../../parts/Page'
import { EDITORS, OWNERS, useMayDo, VIEWERS } from '../../parts/roles'
import { LongTable } from '../../parts/LongTable'
import { type Column } from '../../parts/Table'
import { Count, CountedSince } from '../../parts/Volume'
import { TypeName } from '../../parts/TypeName'
import { State } from './State'
import { limitsOf, matches, rewardOf } from './words'

type Search = { search?: string; state?: string; type?: string }

export function Reactors() {
  const search = useSearch({ strict: false }) as Search
  const types = useQuery(eventTypesQuery)
  const mayAdd = useMayDo(EDITORS)
  const typeId = types.data?.find((type) => type.name === search.type)?.id
  const add = mayAdd && (
    <Button component={Link} to="/reactors/new">
      {words.add}
    </Button>
  )
  return (
    <Page title={words.title} intro={words.intro} actions={add}>
      <Answered query={useQuery(reactorsQuery)} rows={6}>
        {(reactors) => {
          if (reactors.length === 0)
            return (
              <Empty title={words.none} action={<>{add} <Usual /></>}>
                {words.noneYet}
              </Empty>
            )
          const found = reactors.filter((reactor) => matches(reactor, { ...search, typeId: search.type ? (typeId ?? search.type) : undefined }))
          return (
            <>
              <Filters search={search} reactors={reactors} shown={found.length} />
              {found.length === 0 ? (
                <Empty title={words.noneMatches}>{words.noneMatchesYet}</Empty>
              ) : (
                <Found reactors={found} />
              )}
            </>
          )
        }}
      </Answered>
    </Page>
  )
}

/** The usual first reactors, as drafts: nothing follows from them until somebody publishes one. */
function Usual() {
  const queries = useQueryClient()
  const once = useOnce()
  const [failure, setFailure] = useState<unknown>()
  if (!useMayDo(OWNERS)) return null
  const make = async () => {
    setFailure(undefined)
    try {
      const { data } = await once('', (headers) => call((to) => populateReactors({ ...to, headers } as never)))
      notify(words.usualMade((data as ReactorView[]).length))
      await queries.invalidateQueries({ queryKey: reactorsQuery.queryKey })
    } catch (error) {
      setFailure(error)
    }
  }
  return (
    <>
      <Button variant="default" onClick={() => void make()}>
        {words.usual}
      </Button>
      {failure ? <ErrorNotice error={failure} /> : null}
    </>
  )
}

function Found({ reactors }: { reactors: ReactorView[] }) {
  const maySeeSums = useMayDo(VIEWERS)
  const query = useQuery({ ...reactorVolumesQuery('30d'), enabled: maySeeSums })
  const counts = new Map(query.data?.reactors.map(({ id, activations }) => [id, activations]))
  const activations: Column<ReactorView> = {
    name: volumes.activationsColumn,
    isNumber: true,
    cell: ({ id }) => <Count query={query} of={counts.get(id)} />,
  }
  return (
    <>
      <LongTable columns={maySeeSums ? [...COLUMNS, activations] : COLUMNS} rows={reactors} idOf={(reactor) => reactor.id} />
      <Text size="xs" c="dimmed">
        <CountedSince of={query.data} />
      </Text>
    </>
  )
}

const STATES = ['LIVE', 'DRAFT', 'SCHEDULED', 'PAUSED', 'ENDED']

function Filters({ search, reactors, shown }: { search: Search; reactors: ReactorView[]; shown: number }) {
  const navigate = useNavigate()
  const types = useQuery(eventTypesQuery)
  const used = new Set(reactors.map((reactor) => reactor.eventType.id))
  const set = (change: Search) =>
    void navigate({ to: '/reactors', search: (before: object) => ({ ...before, ...change }) as never, replace: true })
  const { filters } = words
  return (
    <search aria-label={filters.label}>
      <div className="pc-fields">
        <TextInput
          type="search"
          label={filters.search}
          placeholder={filters.searchPlaceholder}
          value={search.search ?? ''}
          onChange={(event) => set({ search: event.currentTarget.value || undefined })}
        />
        <NativeSelect
          label={filters.state}
          value={search.state ?? ''}
          data={[{ value: '', label: filters.anyState }, ...STATES.map((state) => ({ value: state, label: called(enums.reactorState, state) }))]}
          onChange={(event) => set({ state: event.currentTarget.value || undefined })}
        />
        <NativeSelect
          label={filters.type}
          value={search.type ?? ''}
          data={[{ value: '', label: filters.anyType }, ...(types.data ?? []).filter((type) => used.has(type.id)).map((type) => type.name)]}
          onChange={(event) => set({ type: event.currentTarget.value || undefined })}
        />
      </div>
      <Text size="xs" c="dimmed" mt="xs" role="status">
        {filters.count(shown, reactors.length)}
      </Text>
    </search>
  )
}

const { columns } = words
const COLUMNS: Column<ReactorView>[] = [
  {
    name: columns.name,
    cell: (reactor) => (
      <Link to="/reactors/$reactorId" params={{ reactorId: reactor.id }} search={{}}>
        {reactor.name}
      </Link>
    ),
  },
  { name: columns.state, cell: (reactor) => <State state={reactor.state} /> },
  { name: columns.eventType, cell: (reactor) => <TypeName id={reactor.eventType.id} /> },
  { name: columns.gives, cell: rewardOf },
  { name: columns.most, cell: (reactor) => limitsOf(reactor).join('; ') || words.noLimit },
  { name: columns.priority, isNumber: true, cell: (reactor) => reactor.priority },
  { name: columns.group, cell: (reactor) => reactor.group?.name ?? words.noGroup },
]
