// The list of events, and what comes to it while somebody looks.

import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { stream } from '#words/stream'
import type { EventFilters } from '../../api/queries'
import { Empty, ErrorNotice, Rows } from '../../parts/notices'
import { EventList, type EventListHandle } from './EventList'
import type { Condition } from './query'
import { useEvents } from './useEvents'

/** `head`: where the page has what can be done with it. */
type Props = { filters: EventFilters; conditions: Condition[]; head: HTMLElement | null }

export function Events({ filters, conditions, head }: Props) {
  const [isPaused, setIsPaused] = useState(false)
  const list = useRef<EventListHandle>(null)
  const mayMove = useCallback(() => list.current?.mayMove() ?? true, [])
  const { pages, arrived, waiting, show, state } = useEvents(filters, conditions, isPaused, mayMove)
  const count = arrived.length + pages.count

  const showNew = () => {
    show()
    list.current?.toTop()
  }
  const resume = () => {
    setIsPaused(false)
    if (mayMove()) show()
  }
  const chip = waiting > 0 && (
    <Button size="compact-sm" radius="xl" className="pc-chip" onClick={showNew}>
      {stream.fresh(waiting)}
    </Button>
  )
  return (
    <>
      {head &&
        createPortal(
          <>
            <span className="pc-live" data-state={isPaused ? 'paused' : state} role="status">
              <i aria-hidden />
              {stream.states[isPaused ? 'paused' : state]}
            </span>
            <Button
              variant="default"
              leftSection={isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
              onClick={isPaused ? resume : () => setIsPaused(true)}
            >
              {isPaused ? stream.resume : stream.pause}
            </Button>
          </>,
          head,
        )}
      {count > 0 ? (
        <EventList ref={list} arrived={arrived} pages={pages} chip={chip} />
      ) : pages.failure ? (
        <ErrorNotice error={pages.failure} onRetry={() => void pages.more()} />
      ) : !pages.isRead ? (
        <Rows count={10} height={44} />
      ) : pages.hasMore ? (
        <Further onMore={() => pages.more()} />
      ) : (
        <Nothing isFiltered={Object.keys(filters).length > 0}>{chip}</Nothing>
      )}
    </>
  )
}

/** Nothing has been found yet, and not everything has been looked through. */
function Further({ onMore }: { onMore: () => Promise<void> }) {
  const [isStopped, setIsStopped] = useState(false)
  // After each page that had nothing, the next one.
  useEffect(() => {
    if (!isStopped) void onMore()
  })
  return (
    <Empty
      title={stream.looking}
      action={
        <Button size="xs" variant="default" onClick={() => setIsStopped(!isStopped)}>
          {isStopped ? stream.goOn : stream.stop}
        </Button>
      }
    >
      <span role="status">{isStopped ? stream.stopped : stream.lookingText}</span>
    </Empty>
  )
}

function Nothing({ isFiltered, children }: { isFiltered: boolean; children: React.ReactNode }) {
  const { title, text, filteredTitle, filteredText } = stream.nothing
  return (
    <Empty title={isFiltered ? filteredTitle : title} action={children}>
      {isFiltered ? filteredText : text}
    </Empty>
  )
}
