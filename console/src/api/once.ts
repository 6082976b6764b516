// A change that is made once, however often somebody presses the button while no answer comes.

import { useCallback, useRef } from 'react'
import { newKey } from './client'
import { asProblem } from './problem'

export type OnceHeaders = { 'Idempotency-Key': string }
export type Once = <T>(body: string, send: (headers: OnceHeaders) => Promise<T>) => Promise<T>

/** Sends with a key. The same body sent again after no answer has the same key: it is the same change, and so is one
 * that had to wait for somebody to sign in again. After an answer it is another one. */
export function useOnce(): Once {
  const open = useRef<{ body: string; key: string }>(undefined)
  return useCallback(async (body, send) => {
    if (open.current?.body !== body) open.current = { body, key: newKey() }
    try {
      const answer = await send({ 'Idempotency-Key': open.current.key })
      open.current = undefined
      return answer
    } catch (error) {
      const { isOpen, status } = asProblem(error)
      if (!isOpen && status !== 401) open.current = undefined
      throw error
    }
  }, [])
}
