// How long ago something was, or how soon it will be. One clock for all that is on the page.

import { useSyncExternalStore } from 'react'
import { language } from '#words/language'
import { parts } from '#words/parts'

const TICK_MS = 15_000
const NOW_MS = 45_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
// From so long on it is told in these.
const UNITS: [number, Intl.RelativeTimeFormatUnit][] = [
  [365 * DAY, 'year'],
  [30 * DAY, 'month'],
  [DAY, 'day'],
  [HOUR, 'hour'],
]
const format = new Intl.RelativeTimeFormat(language, { style: 'short' })

/** `5 min. ago`, `in 3 hr.`; both are milliseconds. */
export function agoOf(instant: number, now: number): string {
  const away = instant - now
  const length = Math.abs(away)
  if (length < NOW_MS) return away > 0 ? parts.soon : parts.justNow
  const [size, unit] = UNITS.find(([least]) => length >= least) ?? ([MINUTE, 'minute'] as const)
  return format.format(Math.sign(away) * Math.max(1, Math.floor(length / size)), unit)
}

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => listeners.forEach((one) => one()), TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The same for an instant as it is written, kept up to date; nothing where it is none. */
export function useAgo(instant: string): string {
  const at = Date.parse(instant)
  return useSyncExternalStore(subscribe, () => (Number.isNaN(at) ? '' : agoOf(at, Date.now())))
}
