// What comes in quick succession is drawn together: a thousand events a second are ten drawings, not a thousand.

const GATHER_MS = 100

/** The first is handed over at once, and what follows each so many milliseconds. `end` hands over what is left. */
export function gathered<One>(take: (all: One[]) => void): { tell: (one: One) => void; end: () => void } {
  let waiting: One[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const hand = () => {
    const all = waiting
    waiting = []
    if (all.length > 0) take(all)
    return all.length > 0
  }
  const flush = () => {
    timer = hand() ? setTimeout(flush, GATHER_MS) : undefined
  }
  return {
    tell: (one) => {
      waiting.push(one)
      if (timer === undefined) flush()
    },
    end: () => {
      clearTimeout(timer)
      timer = undefined
      hand()
    },
  }
}
