import { useEffect, useState } from 'react'

const TICK_MS = 250

/** The whole seconds that are left of `seconds`, counted from when `since` was first seen. */
export function useSecondsLeft(since: unknown, seconds: number): number {
  const [left, setLeft] = useState(() => Math.ceil(seconds))
  useEffect(() => {
    const end = performance.now() + seconds * 1_000
    const look = () => setLeft(Math.max(0, Math.ceil((end - performance.now()) / 1_000)))
    look()
    const timer = setInterval(look, TICK_MS)
    return () => clearInterval(timer)
  }, [since, seconds])
  return left
}
