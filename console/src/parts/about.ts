// Whom the page is about: whoever reports an event from it begins with that user.

import { useEffect, useSyncExternalStore } from 'react'

let about: string | undefined
const listeners = new Set<() => void>()

function set(next: string | undefined): void {
  about = next
  listeners.forEach((listener) => listener())
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Says so for as long as what says it is shown. */
export function useIsAbout(user: string | undefined): void {
  useEffect(() => {
    set(user)
    return () => set(undefined)
  }, [user])
}

export function useAbout(): string | undefined {
  return useSyncExternalStore(subscribe, () => about)
}
