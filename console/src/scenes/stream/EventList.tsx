// Any number of events, of which only those in sight are in the page.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMediaQuery } from '@mantine/hooks'
import { Skeleton } from '@mantine/core'
import { useEffect, useImperativeHandle, useRef, type KeyboardEvent, type ReactNode, type Ref } from 'react'
import { stream } from '#words/stream'
import { userQuery } from '../../api/queries'
import { ErrorNotice } from '../../parts/notices'
import { nameOf } from '../../parts/user'
import { Points } from '../../parts/Points'
import { Time } from '../../parts/Instant'
import type { Pages } from './pages'
import type { EventRow } from './row'

const ROW = 44
const ROW_NARROW = 64
const AHEAD = 20
const TOP = 4

export type EventListHandle = { toTop: () => void; mayMove: () => boolean }

type Props = {
  ref: Ref<EventListHandle>
  /** What has come since the pages were read, above them. */
  arrived: EventRow[]
  pages: Pages<EventRow>
  chip: ReactNode
}

export function EventList(props: Props) {
  const scroll = useRef<HTMLDivElement>(null)
  const isNarrow = useMediaQuery('(max-width: 767px)') ?? false
  const { arrived, pages } = props
  const count = arrived.length + pages.count
  const eventAt = (place: number) => arrived[place] ?? pages.row(place - arrived.length)
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => (isNarrow ? ROW_NARROW : ROW),
    getItemKey: (place) => eventAt(place)?.id ?? place,
    overscan: 8,
  })
  useEffect(() => rows.measure(), [isNarrow, rows])

  // Whoever points at a row or has gone into the list is reading: new rows wait.
  useImperativeHandle(props.ref, () => ({
    toTop: () => scroll.current?.scrollTo({ top: 0 }),
    mayMove: () => {
      const area = scroll.current
      return !area || (area.scrollTop <= TOP && !area.matches(':hover') && !area.contains(document.activeElement))
    },
  }))

  const shown = rows.getVirtualItems()
  const first = shown.at(0)?.index ?? 0
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    pages.show(first - arrived.length, last - arrived.length)
    if (!pages.failure && last >= count - AHEAD) void pages.more()
  }, [first, last, count, arrived.length, pages, pages.version])

  const move = (key: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[key.key]
    const here = Number((key.target as HTMLElement).closest('[data-index]')?.getAttribute('data-index'))
    if (!step || Number.isNaN(here)) return
    key.preventDefault()
    const next = Math.min(Math.max(here + step, 0), count - 1)
    rows.scrollToIndex(next)
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus())
  }
  return (
    <div className="pc-stream">
      <div className="pc-stream-head" aria-hidden>
        <span>{stream.columns.type}</span>
        <span>{stream.columns.user}</span>
        <span className="pc-row-brief">{stream.columns.payload}</span>
        <span>{stream.columns.at}</span>
        <span>{stream.columns.points}</span>
      </div>
      {props.chip}
      <div className="pc-stream-scroll" ref={scroll} onKeyDown={move}>
        <div
          className="pc-stream-body"
          role="list"
          aria-label={stream.list}
          style={{ height: rows.getTotalSize() }}
        >
          {shown.map((row) => {
            const event = eventAt(row.index)
            return (
              <div
                key={row.key}
                role="listitem"
                aria-setsize={pages.hasMore ? -1 : count}
                aria-posinset={row.index + 1}
                data-index={row.index}
                className="pc-row-place"
                style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              >
                {event ? (
                  <Row event={event} isFresh={row.index < arrived.length} isCalm={!rows.isScrolling} />
                ) : (
                  <Skeleton height={row.size - 12} />
                )}
              </div>
            )
          })}
        </div>
        {pages.isLoadingMore && (
          <p role="status" className="pc-more">
            {stream.more}
          </p>
        )}
        {pages.failure ? <ErrorNotice error={pages.failure} onRetry={() => void pages.more()} /> : null}
      </div>
    </div>
  )
}

function Row({ event, isFresh, isCalm }: { event: EventRow; isFresh: boolean; isCalm: boolean }) {
  return (
    <Link to="/events/$eventId" params={{ eventId: event.id }} search={{}} className="pc-row" data-fresh={isFresh || undefined} preload={false}>
      <span className="pc-row-type">{event.type}</span>
      <span className="pc-row-user">
        <UserName id={event.subject} isCalm={isCalm} />
      </span>
      <span className="pc-row-brief">{event.brief}</span>
      <span className="pc-row-time">
        <Time value={event.reportedAt} />
      </span>
      <span className="pc-row-points">
        <Points value={event.points} />
      </span>
    </Link>
  )
}

/** A user's name, asked for when the list stands still. */
function UserName({ id, isCalm }: { id: string; isCalm: boolean }) {
  const { data } = useQuery({ ...userQuery(id), enabled: isCalm, retry: false })
  return <>{data ? nameOf(data) : id}</>
}
