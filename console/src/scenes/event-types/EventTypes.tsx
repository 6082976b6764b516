// What can be reported.

import { Badge } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { eventTypesQuery, type EventTypeView } from '../../api/queries'
import { Answered, Empty } from '../../parts/notices'
import { Page } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'

export function EventTypes() {
  return (
    <Page
      title="Event types"
      intro="What can happen in this programme, and what must be said about it. The engine reports the intrinsic ones itself."
    >
      <Answered query={useQuery(eventTypesQuery)} rows={6}>
        {(types) => {
          const own = types.filter((type) => !type.isIntrinsic)
          const intrinsic = types.filter((type) => type.isIntrinsic)
          return (
            <>
              {own.length === 0 && (
                <Empty title="There are no event types of your own yet.">
                  POST /v1/event_types/ makes one; then its events can be reported.
                </Empty>
              )}
              <Table columns={COLUMNS} rows={[...own, ...intrinsic]} idOf={(type) => type.id} />
            </>
          )
        }}
      </Answered>
    </Page>
  )
}

const COLUMNS: Column<EventTypeView>[] = [
  {
    name: 'Name',
    cell: (type) => (
      <>
        <Link to="/event-types/$name" params={{ name: type.name }} search={{}}>
          {type.name}
        </Link>{' '}
        {!type.isActive && (
          <Badge size="sm" variant="light" color="gray">
            archived
          </Badge>
        )}
      </>
    ),
  },
  { name: 'Description', cell: (type) => type.description },
  { name: 'Reported by', cell: reporterOf },
  { name: 'Version', cell: (type) => type.version },
]

export function reporterOf(type: EventTypeView): string {
  if (type.isIntrinsic) return 'the engine'
  return type.isPrivate ? 'whoever has its secret' : 'members, with their own token'
}
