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

export async function signInByPassword(email: string, password: string, apiKey?: string): Promise<void> {
  began((await callOwn<Answer>('POST', PATH, { email, password, apiKey })).data)
}

/** Sets the password that a link is for; who has the link is signed in. */
export async function setPasswordBy(token: string, password: string): Promise<void> {
  began((await callOwn<Answer>('POST', '/console/password', { token, password })).data)
}

/** Changes one's own password; all other sessions end. */
export async function changePassword(current: string, password: string): Promise<void> {
  began((await callOwn<Answer>('PUT', '/console/password', { current, password })).data)
}

export type Ways = { oidc: string | null }

export async function waysIn(): Promise<Ways> {
  return { oidc: (await callOwn<{ data: { oidc?: string } }>('GET', '/console/ways')).data.oidc ?? null }
}

const RETURN = 'punchcard.return'

/** Leaves for the sign-in provider, to come back to this very page. */
export async function leaveForProvider(apiKey?: string): Promise<void> {
  const { address } = (await callOwn<{ data: { address: string } }>('POST', '/console/oidc', { apiKey })).data
  sessionStorage.setItem(RETURN, location.pathname + location.search)
  location.assign(address)
}

/** Trades what the provider sent back for a session. */
export async function signInByProvider(code: string, state: string): Promise<void> {
  began((await callOwn<Answer>('POST', PATH, { code, state })).data)
}

/** The page, without the console's own prefix, from which somebody left for the provider. It is one of ours, or the first. */
export function takeReturn(): string {
  const kept = sessionStorage.getItem(RETURN)
  sessionStorage.removeItem(RETURN)
  return localPath(kept)
}

/** An address within the console, whatever a text says. */
export function localPath(address: string | null): string {
  const own = new URL(address ?? '/console/', location.origin)
  const isOwn = own.origin === location.origin && /^\/console\/(?!\/|sign-in)/.test(own.pathname)
  return isOwn ? own.pathname.slice('/console'.length) + own.search : '/'
}

export async function signOut(): Promise<void> {
  await callOwn('DELETE', PATH)
  left()
}

/** The token in a link, or in the token itself, as somebody pasted it. */
export function tokenIn(pasted: string): string {
  return /[#&?]token=([^&\s]+)/.exec(pasted)?.[1] ?? pasted.trim()
}
