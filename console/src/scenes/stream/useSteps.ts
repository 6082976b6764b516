// Rows by keyboard: arrows, Page Up and Page Down, Home and End move the focus from event to event.

import { useLayoutEffect, type FocusEvent, type KeyboardEvent, type RefObject } from 'react'

/** The places of the row that has the focus, and of the one that is to have it as soon as it is there; -1 for none. */
export type Steps = { focused: number; wanted: number }

/** Returns what the list listens to. */
export function useSteps(
  scroll: RefObject<HTMLElement | null>,
  at: RefObject<Steps>,
  count: number,
  height: number,
  show: (place: number) => void,
) {
  const reach = () => {
    const { wanted } = at.current
    if (wanted < 0) return
    const link = scroll.current?.querySelector<HTMLElement>(`[data-index="${wanted}"] a`)
    if (!link) return
    link.focus({ preventScroll: true })
    at.current = { focused: wanted, wanted: -1 }
  }
  useLayoutEffect(reach)
  const onKeyDown = (key: KeyboardEvent) => {
    const page = Math.max(Math.floor((scroll.current?.clientHeight ?? 0) / height) - 1, 1)
    // Who is quicker than the rows are drawn goes on from where he is going.
    const here = at.current.wanted < 0 ? placeOf(key.target) : at.current.wanted
    if (here < 0 || key.altKey || key.ctrlKey || key.metaKey) return
    const places: Record<string, number> = {
      ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + page, PageUp: here - page, Home: 0, End: count - 1,
    }
    const next = places[key.key]
    if (next === undefined) return
    key.preventDefault()
    at.current.wanted = Math.min(Math.max(next, 0), count - 1)
    show(at.current.wanted)
    reach()
  }
  const onFocus = (event: FocusEvent) => {
    at.current = { focused: placeOf(event.target), wanted: -1 }
  }
  const onBlur = () => {
    at.current = { focused: -1, wanted: -1 }
  }
  return { onKeyDown, onFocus, onBlur }
}

function placeOf(target: EventTarget): number {
  const place = (target as HTMLElement).closest('[data-index]')?.getAttribute('data-index')
  return place === null || place === undefined ? -1 : Number(place)
}
