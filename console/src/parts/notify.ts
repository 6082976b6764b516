// That something was done, said once and in passing. What failed is said where it was tried, and stays.

import { useSyncExternalStore } from 'react'

export type Notice = { id: number; text: string; undo?: () => Promise<unknown> }

const NOTICES_MAX = 3
let notices: readonly Notice[] = []
let last = 0
const listeners = new Set<() => void>()

function change(next: readonly Notice[]): void {
  notices = next
  for (const tell of listeners) tell()
}

/** Says that something was done; with `undo`, offers to take it back. */
export function notify(text: string, undo?: () => Promise<unknown>): void {
  change([...notices, { id: ++last, text, undo }].slice(-NOTICES_MAX))
}

export function dismiss(id: number): void {
  change(notices.filter((notice) => notice.id !== id))
}

export function useNotices(): readonly Notice[] {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell)
      return () => listeners.delete(tell)
    },
    () => notices,
  )
}
