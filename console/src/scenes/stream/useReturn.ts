// Whoever opens an event and comes back is where he was in the list. The pages down to there are read again.

import { useRouter } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import type { Pages } from './pages'
import type { EventRow } from './row'

type Place = { id: string; at: number }

const TOP = 4
// How far down a place is looked for: beyond it, to read everything again would take longer than to scroll.
const ROWS_MAX = 2_000
// What may have come above it since.
const FRESH_MAX = 200
const ENTRIES_MAX = 50
// By the entry of the browser's history: the same address by a link begins at the newest.
const left = new Map<string, Place>()

export function useReturn(
  scroll: RefObject<HTMLElement | null>,
  pages: Pages<EventRow>,
  count: number,
  eventAt: (place: number) => EventRow | undefined,
  height: number,
): void {
  const { history } = useRouter()
  const keyNow = () => (history.location.state as { __TSR_key?: string }).__TSR_key
  const key = useRef(keyNow())
  const wanted = useRef(key.current === undefined ? undefined : left.get(key.current))
  const look = useRef<() => Place | undefined>(() => undefined)

  useLayoutEffect(() => {
    look.current = () => {
      const area = scroll.current
      if (!area || area.scrollTop <= TOP) return undefined
      const at = Math.floor(area.scrollTop / height)
      const id = eventAt(at)?.id
      return id === undefined ? undefined : { id, at }
    }
  })
  // The list stays, and is rendered again, until the page that follows is there. Only the history tells when it is left.
  useLayoutEffect(
    () =>
      history.subscribe(() => {
        note(key.current, wanted.current ?? look.current())
        key.current = keyNow()
      }),
    [history],
  )

  useEffect(() => {
    const [area, place] = [scroll.current, wanted.current]
    if (!area || !place) return
    for (let at = 0; at < count; at++)
      if (eventAt(at)?.id === place.id) {
        wanted.current = undefined
        area.scrollTop = at * height
        return
      }
    const isFar = count > Math.min(place.at + FRESH_MAX, ROWS_MAX)
    if (isFar || !pages.hasMore || pages.failure || area.scrollTop > TOP) wanted.current = undefined
    else void pages.more()
  }, [count, pages, pages.version])
}

function note(key: string | undefined, place: Place | undefined): void {
  if (key === undefined) return
  left.delete(key)
  if (place) left.set(key, place)
  if (left.size > ENTRIES_MAX) left.delete(left.keys().next().value!)
}
