// What follows from what happens.

import { Badge } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { eventTypesQuery, reactorsQuery, type ReactorView } from '../../api/queries'
import { Answered, Empty } from '../../parts/notices'
import { Page } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'
import { limitOf, rewardOf } from './words'

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
      <>
        <Link to="/reactors/$reactorId" params={{ reactorId: reactor.id }} search={{}}>
          {reactor.name}
        </Link>{' '}
        {reactor.endedAt && (
          <Badge size="sm" variant="light" color="gray">
            ended
          </Badge>
        )}
      </>
    ),
  },
  { name: 'Event type', cell: (reactor) => <TypeName id={reactor.eventType.id} /> },
  { name: 'Gives', cell: rewardOf },
  { name: 'At most', cell: limitOf },
]

function TypeName({ id }: { id: string }) {
  const { data } = useQuery(eventTypesQuery)
  return <>{data?.find((type) => type.id === id)?.name ?? id}</>
}
