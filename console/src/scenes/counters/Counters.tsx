// What is counted of each member's events.

import { Badge } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { counters as words } from '#words/counters'
import { call } from '../../api/client'
import { writeExact } from '../../api/exactJson'
import { createCounter, deleteCounter, patchCounter } from '../../api/generated/sdk.gen'
import type { CounterView } from '../../api/generated/types.gen'
import { reactorsQuery } from '../../api/queries'
import { Collection } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import { TypeName } from '../../parts/TypeName'
import { countersQuery, readCounters } from '../reactors/queries'
import { useCounterFields } from './counterFields'

const COUNTERS: Noun<CounterView> = {
  key: countersQuery.queryKey[0]!,
  words,
  nameOf: (counter) => counter.name,
  linkOf: (counter) => <code title={counter.description ?? undefined}>{`counters.${counter.name}`}</code>,
  read: readCounters,
  columns: [
    { name: words.columns.type, cell: (row) => <TypeName id={row.eventType} /> },
    { name: words.columns.counts, cell: (row) => words.says(words.kinds[row.what] ?? row.what, row.value, words.units[row.per] ?? row.per) },
    { name: words.columns.when, cell: (row) => (row.constraint == null ? words.all : words.some) },
    {
      name: words.columns.state,
      cell: (row) => (
        <Badge size="sm" variant="light" color={row.isReady ? 'green' : 'orange'}>
          {row.isReady ? words.ready : words.preparing}
        </Badge>
      ),
    },
    { name: words.columns.used, cell: (row) => <UsedBy name={row.name} /> },
  ],
  useFields: useCounterFields,
  create: async (body, headers) => (await call((to) => createCounter({ ...to, body, headers }))).data,
  change: ({ id }, body, headers) => call((to) => patchCounter({ ...to, path: { id }, body, headers })),
  remove: ({ id }, headers) => call((to) => deleteCounter({ ...to, path: { id }, headers })),
  size: 'xl',
}

export function Counters() {
  return <Collection noun={COUNTERS} />
}

/** The reactors that have not ended and name the counter. */
function UsedBy({ name }: { name: string }) {
  const { data } = useQuery(reactorsQuery)
  const named = new RegExp(`\\bcounters\\.${name}\\b`)
  const users = (data ?? []).filter((one) => !one.endedAt && named.test(writeExact([one.constraint, one.reactions])))
  if (users.length === 0) return words.notUsed
  return (
    <ul className="pc-faults">
      {users.map((one) => (
        <li key={one.id}>
          <Link to="/reactors/$reactorId" params={{ reactorId: one.id }} search={{}}>
            {one.name}
          </Link>
        </li>
      ))}
    </ul>
  )
}
