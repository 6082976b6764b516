// Who is signed in. Kept outside React, because a call anywhere may find that the session has ended.

import { useSyncExternalStore } from 'react'
import type { Role } from '../parts/roles'

export type Session = {
  tenant: { id: string; name: string; apiKey: string; timeZone: string }
  principal: string
  /** As of the last answer about the session; the server looks it up at each call. */
  role: Role
  id: string
  /** Who of the staff it is; nobody's where a link opened the session. */
  name?: string
  email?: string
  idleExpiresAt: string
  expiresAt: string
}
export type SessionState =
  | { phase: 'unknown' }
  | { phase: 'out' }
  | { phase: 'in'; session: Session }
  // What was typed stays on the page while whoever typed it signs in again.
  | { phase: 'ended'; session: Session }

let state: SessionState = { phase: 'unknown' }
let begun = 0
const listeners = new Set<() => void>()

function change(next: SessionState): void {
  state = next
  for (const tell of listeners) tell()
}

export function current(): SessionState {
  return state
}

/** Notes that somebody is signed in. A page of another programme's data must not stay: it is loaded anew. */
export function began(session: Session): void {
  const before = state.phase === 'ended' ? state.session : undefined
  if (before && before.tenant.id !== session.tenant.id) location.assign('/console/')
  begun += 1
  change({ phase: 'in', session })
}

/** How often somebody has signed in: what to give `ended`, from before the server was asked. */
export function beginnings(): number {
  return begun
}

/** Notes that the server no longer knows the session, unless somebody has signed in since it was asked. */
export function ended(since: number): void {
  if (since === begun && state.phase === 'in') change({ phase: 'ended', session: state.session })
}

export function left(): void {
  change({ phase: 'out' })
}

export function useSessionState(): SessionState {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell)
      return () => listeners.delete(tell)
    },
    () => state,
  )
}

/** The session of a page that is only shown to who has signed in. */
export function useSession(): Session {
  const found = useSessionState()
  if (found.phase === 'in' || found.phase === 'ended') return found.session
  throw new Error('this part of the console is shown without a session')
}
