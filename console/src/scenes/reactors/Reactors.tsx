// What follows from what happens.

import { Badge } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { eventTypesQuery, reactorsQuery, type ReactorView } from '../../api/queries'
import { Empty, ErrorNotice, Page, Rows } from '../../common/parts'
import { limitOf, rewardOf } from './words'

export function Reactors() {
  const { data, error, refetch } = useQuery(reactorsQuery)
  return (
    <Page title="Reactors" intro="A reactor waits for events of one type. Where its constraint holds, it fires and gives or takes points.">
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Rows count={6} />}
      {data?.length === 0 && (
        <Empty title="There are no reactors yet.">
          Events are recorded, and nothing follows from them. POST /v1/event_reactors/ makes one.
        </Empty>
      )}
      {data && data.length > 0 && <Table reactors={data} />}
    </Page>
  )
}

function Table({ reactors }: { reactors: ReactorView[] }) {
  const types = useQuery(eventTypesQuery)
  return (
    <div className="pc-table-wrap">
      <table className="pc-table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Event type</th>
            <th scope="col">Gives</th>
            <th scope="col">At most</th>
          </tr>
        </thead>
        <tbody>
          {reactors.map((reactor) => (
            <tr key={reactor.id}>
              <td data-label="Name">
                <span>
                  <Link to="/reactors/$reactorId" params={{ reactorId: reactor.id }} search={{}}>
                    {reactor.name}
                  </Link>{' '}
                  {reactor.endedAt && (
                    <Badge size="sm" variant="light" color="gray">
                      ended
                    </Badge>
                  )}
                </span>
              </td>
              <td data-label="Event type">
                {types.data?.find((type) => type.id === reactor.eventType.id)?.name ?? reactor.eventType.id}
              </td>
              <td data-label="Gives">{rewardOf(reactor)}</td>
              <td data-label="At most">{limitOf(reactor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
