// The events as they are recorded: GET /v1/events/stream. The browser reconnects by itself, and names the last event
// that it has seen, so that none is missed. What this adds: the connection's state, a new try after a refusal, and rest
// while nobody looks, because a browser has few connections to one address for all of its tabs.

import { parseExact } from './exactJson'
import { restore } from './signIn'
import { beginnings, ended } from './session'
import type { EventView } from './queries'

export type LiveState = 'connecting' | 'live' | 'interrupted'
type Listener = {
  onEvent: (event: EventView) => void
  /** The stream begins, maybe with a gap before it: read the list of events again. Rejects when that did not work. */
  onGap: () => Promise<void>
  onState: (state: LiveState) => void
}

const RETRY_MIN_MS = 1_000
const RETRY_MAX_MS = 30_000

/** Listens until the returned function is called. */
export function listen(filters: { type?: string; subject?: string }, listener: Listener): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = RETRY_MIN_MS
  // Where to go on. Without it the stream begins now, and what came before has to be read.
  let last: string | undefined

  const open = () => {
    const opened = new EventSource(`/v1/events/stream?${queryOf(filters, last)}`)
    source = opened
    const closeGap = () =>
      listener.onGap().catch(() => {
        last = undefined
        if (source === opened) void again()
      })
    opened.onopen = () => {
      wait = RETRY_MIN_MS
      listener.onState('live')
      if (!last) void closeGap()
    }
    opened.addEventListener('event', (message) => {
      last = message.lastEventId || last
      listener.onEvent(parseExact(message.data as string) as unknown as EventView)
    })
    opened.addEventListener('reset', (message) => {
      last = message.lastEventId || undefined
      void closeGap()
    })
    opened.onerror = () => {
      listener.onState('interrupted')
      if (opened.readyState === EventSource.CLOSED) void again()
    }
  }
  const close = () => {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }
  const again = async () => {
    close()
    listener.onState('interrupted')
    timer = setTimeout(open, wait)
    wait = Math.min(wait * 2, RETRY_MAX_MS)
    // A refusal does not say why. Ask whether it is the session.
    const since = beginnings()
    const known = await restore().catch(() => true)
    if (!known) ended(since)
  }
  const look = () => {
    close()
    wait = RETRY_MIN_MS
    if (document.visibilityState !== 'hidden') open()
  }

  listener.onState('connecting')
  look()
  document.addEventListener('visibilitychange', look)
  return () => {
    document.removeEventListener('visibilitychange', look)
    close()
  }
}

function queryOf(filters: { type?: string; subject?: string }, last: string | undefined): URLSearchParams {
  const query = new URLSearchParams()
  if (filters.type) query.set('type', filters.type)
  if (filters.subject) query.set('subject', filters.subject)
  if (last) query.set('lastEventId', last)
  return query
}
