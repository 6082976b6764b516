// What is said of work that takes longer than a request.

import { written } from '../../parts/numbers'

const STATES: Record<string, string> = {
  QUEUED: 'Waiting to begin.',
  RUNNING: 'At work.',
  DONE: 'Done.',
  FAILED: 'It has failed; what was done before stays done.',
  CANCELLED: 'It was stopped; what was done before stays done.',
}

export const jobs = {
  state: (state: string, done: number, total: number | null) =>
    [STATES[state] ?? state, total ? `${written(done)} of ${written(total)}.` : '']
      .filter(Boolean)
      .join(' '),
}
