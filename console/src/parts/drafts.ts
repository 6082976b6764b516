// What somebody has begun to write. It is kept for the tab, so that a reloaded page, or one left for another, loses nothing.

import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { isObject, parseExact, writeExact } from '../api/exactJson'

const PREFIX = 'punchcard draft '

export function savedDraft<T extends object>(key: string): T | undefined {
  try {
    const read = parseExact(sessionStorage.getItem(PREFIX + key) ?? 'null')
    return isObject(read) ? (read as unknown as T) : undefined
  } catch {
    return undefined
  }
}

export function saveDraft(key: string, draft: object | undefined): void {
  try {
    if (draft === undefined) sessionStorage.removeItem(PREFIX + key)
    else sessionStorage.setItem(PREFIX + key, writeExact(draft))
  } catch {
    // Storage is full or switched off: the draft then lives as long as the page.
  }
}

type Kept<T> = {
  draft: T
  change: (change: (before: T) => T) => void
  /** Whether it differs from what it began with. */
  isChanged: boolean
  /** Whether it was begun before this page was opened. */
  isRestored: boolean
  /** Begins anew. */
  discard: () => void
  /** Forgets what is kept, once it has been sent. */
  forget: () => void
  /** Keeps it after all: it was forgotten before its time. */
  keep: () => void
}

/** A draft that begins as `start` and is kept under `key` while it differs from that; without a key it is not kept. */
export function useDraft<T extends object>(key: string | undefined, start: T): Kept<T> {
  const [restored] = useState(() => (key === undefined ? undefined : savedDraft<T>(key)))
  const [draft, setDraft] = useState<T>(restored ?? start)
  const isSent = useRef(false)
  const latest = useRef(draft)
  latest.current = draft
  const isChanged = writeExact(draft) !== writeExact(start)
  // With the drawing itself: what somebody sees that he has written outlives a reload at that very moment.
  useLayoutEffect(() => {
    if (key !== undefined && !isSent.current) saveDraft(key, isChanged ? draft : undefined)
  }, [key, draft, isChanged])
  const change = useCallback((one: (before: T) => T) => setDraft(one), [])
  const forget = useCallback(() => {
    isSent.current = true
    if (key !== undefined) saveDraft(key, undefined)
  }, [key])
  const keep = useCallback(() => {
    isSent.current = false
    // With what was written while it was being sent.
    if (key !== undefined) saveDraft(key, latest.current)
  }, [key])
  return { draft, change, isChanged, isRestored: restored !== undefined, discard: () => setDraft(start), forget, keep }
}
