import { callOwn } from './client'
import { Problem } from './problem'
import { began, left, type Session } from './session'

type Answer = { data: Session }
const PATH = '/console/session'

/** Asks the server who is signed in. Throws: Problem, but not for nobody. */
export async function restore(): Promise<boolean> {
  try {
    began((await callOwn<Answer>('GET', PATH)).data)
    return true
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error
    return false
  }
}

let trading: { token: string; done: Promise<void> } | undefined

/** Trades a one-time token for a session. A second call with the same token waits for the first. */
export function signIn(token: string): Promise<void> {
  if (trading?.token !== token) {
    const done = callOwn<Answer>('POST', PATH, { token }).then((answer) => began(answer.data))
    trading = { token, done }
    done.catch(() => (trading = undefined))
  }
  return trading.done
}

export async function signOut(): Promise<void> {
  await callOwn('DELETE', PATH)
  left()
}

/** The token in a sign-in link, or in the token itself, as somebody pasted it. */
export function tokenIn(pasted: string): string {
  return /[#&?]token=([^&\s]+)/.exec(pasted)?.[1] ?? pasted.trim()
}
