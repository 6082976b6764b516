// Any number of events, of which only those in sight are in the page.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual'
import { useMediaQuery } from '@mantine/hooks'
import { Skeleton } from '@mantine/core'
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef, type ReactNode, type Ref, type RefObject } from 'react'
import { stream } from '#words/stream'
import { userQuery } from '../../api/queries'
import { ErrorNotice } from '../../parts/notices'
import { nameOf } from '../../parts/user'
import { Points } from '../../parts/Points'
import { Time } from '../../parts/Instant'
import type { Pages } from './pages'
import type { EventRow } from './row'
import { useReturn } from './useReturn'
import { useSteps, type Steps } from './useSteps'

const ROW = 44
const ROW_NARROW = 64
const AHEAD = 60
const TOP = 4
const LATE_MAX = 100

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
  const height = isNarrow ? ROW_NARROW : ROW
  const at = useRef<Steps>({ focused: -1, wanted: -1 })
  // No keys of its own: it would ask for the key of every row that there is, again with each frame.
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    rangeExtractor: useCallback((range: Range) => withFocused(defaultRangeExtractor(range), at.current), []),
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
  const first = rows.range?.startIndex ?? 0
  const last = rows.range?.endIndex ?? 0
  useEffect(() => {
    pages.show(first - arrived.length, last - arrived.length)
    if (!pages.failure && last >= count - AHEAD) void pages.more()
  }, [first, last, count, arrived.length, pages, pages.version])
  useAnchor(scroll, eventAt, height)
  useReturn(scroll, pages, count, eventAt, height)
  const steps = useSteps(scroll, at, count, height, (place) => rows.scrollToIndex(place))
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
      <div className="pc-stream-scroll" ref={scroll} {...steps}>
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
                key={event?.id ?? row.index}
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

/** What has the focus stays in the page, however far somebody scrolls: keys would lead nowhere else. */
function withFocused(places: number[], { focused, wanted }: Steps): number[] {
  const others = [focused, wanted].filter((place) => place >= 0 && !places.includes(place))
  return others.length === 0 ? places : [...new Set([...places, ...others])].sort((one, other) => one - other)
}

/** An event that came late stands above older ones: whoever reads below it keeps the row that is under the eye. */
function useAnchor(scroll: RefObject<HTMLElement | null>, eventAt: (place: number) => EventRow | undefined, height: number) {
  const anchor = useRef<{ id: string; place: number }>(undefined)
  useLayoutEffect(() => {
    const area = scroll.current
    if (!area) return
    const before = anchor.current
    if (before && area.scrollTop > TOP && eventAt(before.place)?.id !== before.id) {
      for (let by = 1; by <= LATE_MAX; by++) {
        if (eventAt(before.place + by)?.id !== before.id) continue
        area.scrollTop += by * height
        break
      }
    }
    const place = Math.floor(area.scrollTop / height)
    const id = eventAt(place)?.id
    anchor.current = id === undefined ? undefined : { id, place }
  })
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
