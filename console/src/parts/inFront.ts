// What stands in front of the page is in the address: a reload opens it again, and “back” closes it.

import { useNavigate, useRouter, useSearch, type RouterHistory } from '@tanstack/react-router'

type Search = Record<string, string | undefined>
// In the state of an entry of the history that was made by opening something: to go back is to close it.
const MARK = 'isInFront'
// Entries that are being left, which takes the browser a moment: to close twice is not to go back twice.
const leaving = new WeakMap<object, Promise<void>>()

/** Opens by what it writes into the address, and closes by what it takes out of it. What is opened next waits for `close`:
 * the way back, which comes a moment later, would lead away from it again. */
export function useInFront() {
  const navigate = useNavigate()
  const router = useRouter()
  const open = (search: Search) =>
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, ...search }) as never,
      state: (before: object) => ({ ...before, [MARK]: true }) as never,
    })
  const close = (...names: string[]): Promise<void> => {
    const { location } = router.state
    const gone = Object.fromEntries(names.map((name) => [name, undefined]))
    const left =
      leaving.get(location) ??
      (MARK in location.state
        ? wayBack(router.history)
        : navigate({ to: '.', search: (before: object) => ({ ...before, ...gone }) as never, replace: true }))
    leaving.set(location, left)
    return left
  }
  return { open, close }
}

function wayBack(history: RouterHistory): Promise<void> {
  return new Promise((come) => {
    const stop = history.subscribe(({ action }) => {
      if (action.type === 'PUSH' || action.type === 'REPLACE') return
      stop()
      come()
    })
    history.back()
  })
}

export type Opened = {
  isOpen: boolean
  /** The id of what it is open for, where there are several on the page. */
  of: string | undefined
  open: (of?: string) => void
  close: () => Promise<void>
}

/** A dialog of the page by its name: `?open=adjust`, or `?open=rotate:` and an id. Who may not do what it does is not
 * to be shown it, though the address says so: that is the caller's. */
export function useOpened(name: string): Opened {
  const { open: text = '' } = useSearch({ strict: false }) as { open?: string }
  const { open, close } = useInFront()
  const [opened, ...rest] = text.split(':')
  const isOpen = opened === name
  return {
    isOpen,
    of: isOpen && rest.length > 0 ? rest.join(':') : undefined,
    open: (of) => open({ open: of === undefined ? name : `${name}:${of}` }),
    close: () => close('open'),
  }
}
