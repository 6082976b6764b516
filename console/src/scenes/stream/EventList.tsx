// Any number of events, of which only those in sight are in the page.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMediaQuery } from '@mantine/hooks'
import { useEffect, useImperativeHandle, useRef, type KeyboardEvent, type ReactNode, type Ref } from 'react'
import { userQuery, type EventView } from '../../api/queries'
import { ErrorNotice } from '../../parts/notices'
import { nameOf } from '../../parts/user'
import { Points, Time } from '../../parts/values'

const ROW = 44
const ROW_NARROW = 64
const AHEAD = 20
const TOP = 4

export type EventListHandle = { toTop: () => void; mayMove: () => boolean }

type Props = {
  ref: Ref<EventListHandle>
  events: EventView[]
  fresh: Set<string>
  hasMore: boolean
  isLoadingMore: boolean
  moreFailure?: unknown
  onMore: () => void
  chip: ReactNode
}

export function EventList(props: Props) {
  const scroll = useRef<HTMLDivElement>(null)
  const isNarrow = useMediaQuery('(max-width: 767px)') ?? false
  const rows = useVirtualizer({
    count: props.events.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => (isNarrow ? ROW_NARROW : ROW),
    getItemKey: (place) => props.events[place]!.id,
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
  const last = shown.at(-1)?.index ?? 0
  const { hasMore, isLoadingMore, onMore, moreFailure } = props
  useEffect(() => {
    if (hasMore && !isLoadingMore && !moreFailure && last >= props.events.length - AHEAD) onMore()
  }, [last, hasMore, isLoadingMore, moreFailure, onMore, props.events.length])

  const move = (key: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[key.key]
    const here = Number((key.target as HTMLElement).closest('[data-index]')?.getAttribute('data-index'))
    if (!step || Number.isNaN(here)) return
    key.preventDefault()
    const next = Math.min(Math.max(here + step, 0), props.events.length - 1)
    rows.scrollToIndex(next)
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus())
  }
  return (
    <div className="pc-stream">
      <div className="pc-stream-head" aria-hidden>
        <span>Event type</span>
        <span>User</span>
        <span>Reported at</span>
        <span>Points</span>
      </div>
      {props.chip}
      <div className="pc-stream-scroll" ref={scroll} onKeyDown={move}>
        <div
          className="pc-stream-body"
          role="list"
          aria-label="Events, the newest first"
          style={{ height: rows.getTotalSize() }}
        >
          {shown.map((row) => {
            const event = props.events[row.index]!
            return (
              <div
                key={row.key}
                role="listitem"
                aria-setsize={hasMore ? -1 : props.events.length}
                aria-posinset={row.index + 1}
                data-index={row.index}
                className="pc-row-place"
                style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              >
                <Row event={event} isFresh={props.fresh.has(event.id)} isCalm={!rows.isScrolling} />
              </div>
            )
          })}
        </div>
        {isLoadingMore && (
          <p role="status" className="pc-more">
            Loading older events
          </p>
        )}
        {moreFailure ? <ErrorNotice error={moreFailure} onRetry={onMore} /> : null}
      </div>
    </div>
  )
}

function Row({ event, isFresh, isCalm }: { event: EventView; isFresh: boolean; isCalm: boolean }) {
  return (
    <Link to="/events/$eventId" params={{ eventId: event.id }} search={{}} className="pc-row" data-fresh={isFresh || undefined} preload={false}>
      <span className="pc-row-type">{event.type}</span>
      <span className="pc-row-user">
        <UserName id={event.subject} isCalm={isCalm} />
      </span>
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
