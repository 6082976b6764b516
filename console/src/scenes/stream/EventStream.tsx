// Events > Event Stream: what is happening, and what has happened.

import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { useCallback, useRef, useState } from 'react'
import { useSession } from '../../api/session'
import type { EventFilters } from '../../api/queries'
import { Empty, ErrorNotice, Rows } from '../../parts/notices'
import { Page } from '../../parts/Page'
import { instantOf } from '../../parts/time'
import type { StreamSearch } from '../../router'
import { ReportButton } from '../report/ReportButton'
import { EventList, type EventListHandle } from './EventList'
import { Filters } from './Filters'
import { useEvents } from './useEvents'

const STATES = {
  connecting: 'Connecting',
  live: 'Live',
  interrupted: 'Interrupted, trying again',
  fixed: 'The past: nothing new comes',
}

export function EventStream() {
  const search = useSearch({ strict: false }) as StreamSearch
  const zone = useSession().tenant.timeZone
  const filters: EventFilters = {
    type: search.type,
    subject: search.subject,
    reportedFrom: instantOrNot(search.from, zone),
    reportedTo: instantOrNot(search.until, zone),
  }
  const [isPaused, setIsPaused] = useState(false)
  const list = useRef<EventListHandle>(null)
  const mayMove = useCallback(() => list.current?.mayMove() ?? true, [])
  const { query, events, fresh, waiting, show, state } = useEvents(filters, isPaused, mayMove)
  const isFiltered = Boolean(search.type || search.subject || search.from || search.until)

  const showNew = () => {
    show()
    list.current?.toTop()
  }
  const resume = () => {
    setIsPaused(false)
    if (mayMove()) show()
  }
  return (
    <Page
      title="Event Stream"
      actions={
        <>
          <span className="pc-live" data-state={isPaused ? 'paused' : state} role="status">
            <i aria-hidden />
            {isPaused ? 'Paused' : STATES[state]}
          </span>
          <Button
            variant="default"
            leftSection={isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
            onClick={isPaused ? resume : () => setIsPaused(true)}
          >
            {isPaused ? 'Resume' : 'Pause'}
          </Button>
          <ReportButton about={search.subject} />
        </>
      }
    >
      <Filters search={search} />
      {query.isPending && <Rows count={10} height={44} />}
      {query.isError && !query.data && <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && events.length === 0 && (
        <Empty title={isFiltered ? 'No event matches.' : 'Nothing has happened yet.'}>
          {isFiltered
            ? 'Take a filter away, or choose a wider time.'
            : 'Report Event sends the first one by hand. An application reports by POST /v1/events; the drawer shows the call. What is reported appears here at once.'}
          {waiting > 0 && (
            <Button mt="sm" size="xs" onClick={showNew}>
              {waiting} new
            </Button>
          )}
        </Empty>
      )}
      {events.length > 0 && (
        <EventList
          ref={list}
          events={events}
          fresh={fresh}
          hasMore={query.hasNextPage}
          isLoadingMore={query.isFetchingNextPage}
          moreFailure={query.isFetchNextPageError ? query.error : undefined}
          onMore={() => void query.fetchNextPage()}
          chip={
            waiting > 0 && (
              <Button size="compact-sm" radius="xl" className="pc-chip" onClick={showNew}>
                {waiting} new
              </Button>
            )
          }
        />
      )}
    </Page>
  )
}

function instantOrNot(text: string | undefined, zone: string): string | undefined {
  try {
    return text ? instantOf(text, zone) : undefined
  } catch {
    return undefined
  }
}
