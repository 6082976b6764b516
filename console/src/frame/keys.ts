// Keys that work everywhere but in fields.

import { useNavigate } from '@tanstack/react-router'
import { useLayoutEffect, useRef } from 'react'
import { mayDo, useRole } from '../parts/roles'
import { SECTIONS, type Place } from './sections'

const FOLLOWS_MS = 1_500
const WRITABLE = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])'
const SEARCH = '#main [role="search"] input, #main input[type="search"]'

/** The places that `g` and a letter lead to, for a role. */
export function placesOf(role: Parameters<typeof mayDo>[0]): Place[] {
  return SECTIONS.flatMap(({ places }) => places).filter(({ roles }) => mayDo(role, roles))
}

/** Listens for keys while the page is not covered. */
export function useKeys(open: (what: 'palette' | 'keys') => void): void {
  const navigate = useNavigate()
  const role = useRole()
  const leader = useRef(-Infinity)
  // With the drawing itself: who sees the page may press a key.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        if (!isCovered()) open('palette')
        return
      }
      const at = event.composedPath()[0]
      if (event.ctrlKey || event.metaKey || event.altKey || isCovered()) return
      if (at instanceof Element && at.closest(WRITABLE)) return
      const follows = event.timeStamp - leader.current < FOLLOWS_MS
      leader.current = event.key === 'g' && !follows ? event.timeStamp : -Infinity
      const place = follows ? placesOf(role).find(({ key }) => key === event.key) : undefined
      if (place) void navigate({ to: place.to, search: {} as never })
      else if (event.key === '?') open('keys')
      else if (event.key === '/') document.querySelector<HTMLInputElement>(SEARCH)?.focus()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [navigate, role, open])
}

function isCovered(): boolean {
  return document.getElementById('shell')?.hasAttribute('inert') ?? false
}
