// The events that a page shows: pages of the past, and what has come since. Nothing that is shown moves by itself.

import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { listen, type LiveState } from '../../api/live'
import { pageOfEvents, unknownEvents, type EventFilters, type EventView } from '../../api/queries'
import { useSessionState } from '../../api/session'
import { isShown } from './conditions'
import { gathered } from './gathered'
import { Pages } from './pages'
import type { Condition } from './query'
import { rowOf, type EventRow } from './row'

const KEPT_MAX = 5_000
const NONE: EventRow[] = []

/** `filters` and `conditions` are the same between two changes of the query. Without filters nothing is read. */
export function useEvents(
  filters: EventFilters | undefined,
  conditions: Condition[],
  isPaused: boolean,
  mayMove: () => boolean,
) {
  const queries = useQueryClient()
  // A stream ends with its session; whoever signs in again has it again.
  const isSignedIn = useSessionState().phase === 'in'
  const [round, setRound] = useState(0)
  const [arrived, setArrived] = useState<EventRow[]>([])
  const [waiting, setWaiting] = useState<EventRow[]>([])
  const [state, setState] = useState<LiveState>('connecting')

  const pages = useMemo(
    () =>
      new Pages<EventRow>(async (cursor) => {
        // Asked through the cache for its patience with a server that fails; what it keeps is dropped at once.
        const { data, page } = await queries.fetchQuery({ ...pageOfEvents(filters ?? {}, cursor), gcTime: 0, staleTime: 0 })
        return { rows: data.map(rowOf), next: page.next }
      }),
    [filters, round, queries],
  )
  useSyncExternalStore(pages.subscribe, pages.snapshot)
  const isAsked = filters !== undefined
  useEffect(() => {
    if (isAsked && isSignedIn && !pages.isRead) void pages.more()
  }, [pages, isAsked, isSignedIn])
  useEffect(() => {
    if (isSignedIn && pages.failure) void pages.more()
  }, [isSignedIn])
  useEffect(() => () => pages.end(), [pages])

  // Read by the connection when something comes, without being opened anew for each change.
  const paused = useRef(isPaused)
  paused.current = isPaused
  const known = useRef(new Set<string>())
  // What has come for one query is nothing of the next, which is drawn before what came is let go.
  const [owner, setOwner] = useState(pages)
  useEffect(() => {
    setOwner(pages)
    setArrived([])
    setWaiting([])
    known.current = new Set()
  }, [pages])
  const isKnown = useCallback((id: string) => known.current.has(id) || pages.has(id), [pages])

  const take = useCallback(
    (events: EventView[]) => {
      const fresh = events
        .filter((event) => !isKnown(event.id) && isShown(event, conditions, filters ?? {}))
        .map(rowOf)
        .filter((row) => paused.current || !pages.insert(row))
      if (fresh.length === 0) return
      for (const row of fresh) known.current.add(row.id)
      if (!paused.current && mayMove()) setArrived((before) => inOrder([...fresh, ...before]))
      else setWaiting((before) => [...fresh, ...before].slice(0, KEPT_MAX))
    },
    [pages, isKnown, conditions, filters, mayMove],
  )

  /** Begins with the newest page: what has come is more than a page keeps, and no hole may be in it. */
  const beginAnew = useCallback(() => setRound((before) => before + 1), [])
  useEffect(() => {
    if (arrived.length > KEPT_MAX) beginAnew()
  }, [arrived.length, beginAnew])

  const closeGap = useCallback(async () => {
    // What is older than the list has come to is read when somebody scrolls there.
    const missed = await unknownEvents(filters ?? {}, isKnown, pages.floor)
    if (missed) take(missed)
    else beginAnew()
  }, [filters, pages, isKnown, take, beginAnew])

  const until = filters?.reportedTo
  const isFixed = until !== undefined && Date.parse(until) <= Date.now()
  const isListening = pages.isRead && !isFixed && isSignedIn
  const { type, subject } = filters ?? {}
  useEffect(() => {
    if (!isListening) return
    const { tell, end } = gathered(take)
    const stop = listen({ type, subject }, { onState: setState, onEvent: tell, onGap: closeGap })
    return () => {
      stop()
      end()
    }
  }, [isListening, type, subject, take, closeGap])

  const show = useCallback(() => {
    if (waiting.length >= KEPT_MAX) return beginAnew()
    const above = waiting.filter((row) => !pages.insert(row))
    setArrived((before) => inOrder([...above, ...before]))
    setWaiting([])
  }, [waiting, pages, beginAnew])

  const isOwn = owner === pages
  return { pages, arrived: isOwn ? arrived : NONE, waiting: isOwn ? waiting.length : 0, show, state: isFixed ? ('fixed' as const) : state }
}

/** Newest first, each once. Ids are in the order of time. */
function inOrder(rows: EventRow[]): EventRow[] {
  const all = new Map(rows.map((row) => [row.id, row]))
  return [...all.values()].sort((one, other) => (one.id < other.id ? 1 : -1))
}
