// What can be reported.

import { Badge } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { eventTypesQuery, type EventTypeView } from '../../api/queries'
import { Empty, ErrorNotice, Page, Rows } from '../../common/parts'

export function EventTypes() {
  const { data, error, refetch } = useQuery(eventTypesQuery)
  return (
    <Page
      title="Event types"
      intro="What can happen in this programme, and what must be said about it. The engine reports the intrinsic ones itself."
    >
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Rows count={6} />}
      {data?.length === 0 && <Empty title="There are no event types yet.">POST /v1/event_types/ makes one.</Empty>}
      {data && data.length > 0 && <Table types={data} />}
    </Page>
  )
}

function Table({ types }: { types: EventTypeView[] }) {
  const own = types.filter((type) => !type.isIntrinsic)
  return (
    <div className="pc-table-wrap">
      <table className="pc-table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Description</th>
            <th scope="col">Reported by</th>
            <th scope="col">Version</th>
          </tr>
        </thead>
        <tbody>
          {[...own, ...types.filter((type) => type.isIntrinsic)].map((type) => (
            <tr key={type.id}>
              <td data-label="Name">
                <span>
                  <Link to="/event-types/$name" params={{ name: type.name }} search={{}}>
                    {type.name}
                  </Link>{' '}
                  {!type.isActive && (
                    <Badge size="sm" variant="light" color="gray">
                      archived
                    </Badge>
                  )}
                </span>
              </td>
              <td data-label="Description">{type.description}</td>
              <td data-label="Reported by">{reporterOf(type)}</td>
              <td data-label="Version">{type.version}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function reporterOf(type: EventTypeView): string {
  if (type.isIntrinsic) return 'the engine'
  return type.isPrivate ? 'whoever has its secret' : 'members, with their own token'
}
