// The events that a page shows: pages of the past, and what has come since. Nothing that is shown moves by itself.

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { listen, type LiveState } from '../../api/live'
import { eventsQuery, unknownEvents, type EventFilters, type EventView } from '../../api/queries'
import { useSessionState } from '../../api/session'

const KEPT_MAX = 5_000

export function useEvents(filters: EventFilters, isPaused: boolean, mayMove: () => boolean) {
  const queries = useQueryClient()
  const query = useInfiniteQuery(eventsQuery(filters))
  // A stream ends with its session; whoever signs in again has it again.
  const isSignedIn = useSessionState().phase === 'in'
  const [arrived, setArrived] = useState<EventView[]>([])
  const [waiting, setWaiting] = useState<EventView[]>([])
  const [state, setState] = useState<LiveState>('connecting')
  const { type, subject, reportedFrom, reportedTo } = filters
  const key = [type, subject, reportedFrom, reportedTo].join(' ')
  const isFixed = reportedTo !== undefined && Date.parse(reportedTo) <= Date.now()

  // Read by the connection when something comes, without being opened anew for each change.
  const paused = useRef(isPaused)
  paused.current = isPaused
  const known = useRef(new Set<string>())
  const clear = useCallback(() => {
    setArrived([])
    setWaiting([])
    known.current = new Set()
  }, [])
  useEffect(clear, [key, clear])
  useEffect(() => {
    for (const page of query.data?.pages ?? []) for (const event of page.data) known.current.add(event.id)
  }, [query.data])

  const take = useCallback(
    (events: EventView[]) => {
      const fresh = events.filter((event) => !known.current.has(event.id) && isWithin(event, reportedFrom, reportedTo))
      if (fresh.length === 0) return
      for (const event of fresh) known.current.add(event.id)
      if (!paused.current && mayMove()) setArrived((before) => [...fresh, ...before])
      else setWaiting((before) => [...fresh, ...before].slice(0, KEPT_MAX))
    },
    [mayMove, reportedFrom, reportedTo],
  )

  /** Begins with the newest page: what has come is more than a page keeps, and no hole may be in it. */
  const beginAnew = useCallback(() => {
    clear()
    return queries.resetQueries({ queryKey: eventsQuery(filters).queryKey, exact: true })
  }, [key, clear, queries])
  useEffect(() => {
    if (arrived.length > KEPT_MAX) void beginAnew()
  }, [arrived.length, beginAnew])

  const listed = useRef(query)
  listed.current = query
  const closeGap = useCallback(async () => {
    // What is older than the list has come to is read when somebody scrolls there.
    const { data, hasNextPage } = listed.current
    const floor = (hasNextPage && data?.pages.at(-1)?.data.at(-1)?.id) || ''
    const missed = await unknownEvents(filters, (id) => known.current.has(id), floor)
    if (missed) take(missed)
    else await beginAnew()
  }, [key, take, beginAnew])

  const isListening = query.isSuccess && !isFixed && isSignedIn
  useEffect(() => {
    if (!isListening) return
    return listen({ type, subject }, { onState: setState, onEvent: (event) => take([event]), onGap: closeGap })
  }, [key, isListening, take, closeGap])

  const show = useCallback(() => {
    if (waiting.length >= KEPT_MAX) return void beginAnew()
    setArrived((before) => [...waiting, ...before])
    setWaiting([])
  }, [waiting, beginAnew])

  const events = useMemo(() => inOrder(arrived, query.data?.pages.flatMap((page) => page.data) ?? []), [arrived, query.data])
  const fresh = useMemo(() => new Set(arrived.map((event) => event.id)), [arrived])
  return { query, events, fresh, waiting: waiting.length, show, state: isFixed ? ('fixed' as const) : state }
}

function isWithin(event: EventView, from?: string, until?: string): boolean {
  const at = Date.parse(event.reportedAt)
  return (!from || at >= Date.parse(from)) && (!until || at < Date.parse(until))
}

/** Newest first, each once. Ids are in the order of time. */
function inOrder(arrived: EventView[], listed: EventView[]): EventView[] {
  if (arrived.length === 0) return listed
  const all = new Map<string, EventView>()
  for (const event of [...arrived, ...listed]) all.set(event.id, event)
  return [...all.values()].sort((one, other) => (one.id < other.id ? 1 : -1))
}
