// Rows by keyboard: arrows, Page Up and Page Down, Home and End move the focus from event to event.

import type { FocusEvent, KeyboardEvent, RefObject } from 'react'

/** `focused`: the place of the row that has the focus, -1 for none. Returns what the list listens to. */
export function useSteps(
  scroll: RefObject<HTMLElement | null>,
  focused: RefObject<number>,
  count: number,
  height: number,
  show: (place: number) => void,
) {
  const focus = (place: number) => {
    focused.current = place
    show(place)
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-index="${place}"] a`)?.focus({ preventScroll: true }))
  }
  const onKeyDown = (key: KeyboardEvent) => {
    const page = Math.max(Math.floor((scroll.current?.clientHeight ?? 0) / height) - 1, 1)
    const here = placeOf(key.target)
    if (here < 0 || key.altKey || key.ctrlKey || key.metaKey) return
    const steps: Record<string, number> = {
      ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + page, PageUp: here - page, Home: 0, End: count - 1,
    }
    const next = steps[key.key]
    if (next === undefined) return
    key.preventDefault()
    focus(Math.min(Math.max(next, 0), count - 1))
  }
  const onFocus = (event: FocusEvent) => {
    focused.current = placeOf(event.target)
  }
  const onBlur = () => {
    focused.current = -1
  }
  return { onKeyDown, onFocus, onBlur }
}

function placeOf(target: EventTarget): number {
  const place = (target as HTMLElement).closest('[data-index]')?.getAttribute('data-index')
  return place === null || place === undefined ? -1 : Number(place)
}
