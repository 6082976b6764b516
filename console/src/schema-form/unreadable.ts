// Fields whose text cannot be read yet. Nothing is sent while there is one: it would be sent as something else.

import { createContext, useContext, useEffect, useId } from 'react'

export const Unreadable = createContext<(field: string, is: boolean) => void>(() => undefined)

export function useUnreadable(is: boolean): void {
  const field = useId()
  const note = useContext(Unreadable)
  useEffect(() => {
    note(field, is)
    return () => note(field, false)
  }, [field, is, note])
}
