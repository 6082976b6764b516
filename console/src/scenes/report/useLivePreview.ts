// What would happen, while somebody types: asked for once the typing rests, and only the newest answer counts.

import { useEffect, useRef } from 'react'
import { call } from '../../api/client'
import { previewEvent } from '../../api/generated/sdk.gen'
import { asProblem } from '../../api/problem'
import type { PreviewView } from '../../api/queries'
import type { Outcome } from './Outcome'

const REST_MS = 500

/** `body`: the event as it is written; undefined while there is nothing to ask, or the answer is there. */
export function useLivePreview(body: string | undefined, onOutcome: (outcome: Outcome) => void): void {
  const told = useRef(onOutcome)
  told.current = onOutcome
  useEffect(() => {
    if (body === undefined) return
    const leaving = new AbortController()
    const timer = setTimeout(() => {
      preview(body, leaving.signal).then(
        (found) => told.current({ kind: 'preview', body, isLive: true, preview: found }),
        (fault: unknown) => {
          const problem = asProblem(fault)
          // What did not get through is told when somebody presses a button.
          if (!leaving.signal.aborted && problem.status > 0 && problem.status < 500 && problem.status !== 401)
            told.current({ kind: 'problem', body, isLive: true, problem })
        },
      )
    }, REST_MS)
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [body])
}

export async function preview(body: string, signal?: AbortSignal): Promise<PreviewView> {
  return (await call((to) => previewEvent({ ...to, body: body as never }), signal)).data
}
