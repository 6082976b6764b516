// What follows from what happens.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { eventTypesQuery, reactorsQuery, type ReactorView } from '../../api/queries'
import { Answered, Empty } from '../../parts/notices'
import { Page } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'
import { State } from './State'
import { limitsOf, rewardOf } from './words'

export function Reactors() {
  return (
    <Page title="Reactors" intro="A reactor waits for events of one type. Where its constraint holds, it fires and gives or takes points.">
      <Answered query={useQuery(reactorsQuery)} rows={6}>
        {(reactors) =>
          reactors.length === 0 ? (
            <Empty title="There are no reactors yet.">
              Events are recorded, and nothing follows from them. POST /v1/event_reactors/ makes one.
            </Empty>
          ) : (
            <Table columns={COLUMNS} rows={reactors} idOf={(reactor) => reactor.id} />
          )
        }
      </Answered>
    </Page>
  )
}

const COLUMNS: Column<ReactorView>[] = [
  {
    name: 'Name',
    cell: (reactor) => (
      <Link to="/reactors/$reactorId" params={{ reactorId: reactor.id }} search={{}}>
        {reactor.name}
      </Link>
    ),
  },
  { name: 'State', cell: (reactor) => <State state={reactor.state} /> },
  { name: 'Event type', cell: (reactor) => <TypeName id={reactor.eventType.id} /> },
  { name: 'Gives', cell: rewardOf },
  { name: 'At most', cell: (reactor) => limitsOf(reactor).join('; ') || 'no limit' },
  { name: 'Priority', isNumber: true, cell: (reactor) => reactor.priority },
  { name: 'Group', cell: (reactor) => reactor.group?.name ?? 'none' },
]

function TypeName({ id }: { id: string }) {
  const { data } = useQuery(eventTypesQuery)
  return <>{data?.find((type) => type.id === id)?.name ?? id}</>
}
