// The events as they are recorded: GET /v1/events/stream. The browser reconnects by itself, and names the last event
// that it has seen, so that none is missed; what this adds is the connection's state and a new try after a refusal.

import { parseExact } from './exactJson'
import { restore } from './signIn'
import { ended } from './session'
import type { EventView } from './queries'

export type LiveState = 'connecting' | 'live' | 'interrupted'
type Listener = {
  onEvent: (event: EventView) => void
  /** The stream begins, maybe with a gap before it: read the newest page again. */
  onGap: () => void
  onState: (state: LiveState) => void
}

const RETRY_MIN_MS = 1_000
const RETRY_MAX_MS = 30_000

/** Listens until the returned function is called. */
export function listen(filters: { type?: string; subject?: string }, listener: Listener): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = RETRY_MIN_MS
  let fresh = true
  let last: string | undefined

  const open = () => {
    const query = new URLSearchParams()
    if (filters.type) query.set('type', filters.type)
    if (filters.subject) query.set('subject', filters.subject)
    if (last) query.set('lastEventId', last)
    listener.onState(fresh ? 'connecting' : 'interrupted')
    source = new EventSource(`/v1/events/stream?${query}`)
    source.onopen = () => {
      wait = RETRY_MIN_MS
      listener.onState('live')
      if (fresh) listener.onGap()
      fresh = false
    }
    source.addEventListener('event', (message) => {
      last = message.lastEventId || last
      listener.onEvent(parseExact(message.data as string) as unknown as EventView)
    })
    source.addEventListener('reset', () => {
      last = undefined
      listener.onGap()
    })
    source.onerror = () => {
      listener.onState('interrupted')
      if (source?.readyState === EventSource.CLOSED) void again()
    }
  }
  const again = async () => {
    source?.close()
    timer = setTimeout(open, wait)
    wait = Math.min(wait * 2, RETRY_MAX_MS)
    // A refusal does not say why. Ask whether it is the session.
    const known = await restore().catch(() => true)
    if (!known) {
      clearTimeout(timer)
      ended()
    }
  }
  open()
  return () => {
    clearTimeout(timer)
    source?.close()
  }
}
