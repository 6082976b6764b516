// The only way to the server: the generated operations, with exact numbers, one kind of error, and an end to waiting.

import { beginnings, ended } from './session'
import { parseExact, writeExact } from './exactJson'
import { client } from './generated/client.gen'
import { Problem, problemOf, problemOfFailure } from './problem'

const PATIENCE_MS = 20_000

client.setConfig({
  baseUrl: '',
  credentials: 'same-origin',
  parseAs: 'text',
  bodySerializer: (body: unknown) => (typeof body === 'string' ? body : writeExact(body)),
})

type Answer<T> = Promise<{ data?: T; error?: unknown; response?: Response }>
type Control = { signal: AbortSignal; fetch: typeof fetch }

/** Makes one call through a generated operation; returns its answer's body. Throws: Problem. */
export async function call<T>(operation: (control: Control) => Answer<T>, signal?: AbortSignal): Promise<T> {
  const since = beginnings()
  const patience = AbortSignal.timeout(PATIENCE_MS)
  const both = signal ? AbortSignal.any([signal, patience]) : patience
  const body = { text: '' }
  let answered: { data?: T; error?: unknown; response?: Response }
  try {
    answered = await operation({ signal: both, fetch: reading(body) })
  } catch (cause) {
    answered = { error: cause }
  }
  if (answered.response === undefined) {
    if (signal?.aborted) throw new DOMException('left', 'AbortError')
    throw problemOfFailure(answered.error, patience.aborted)
  }
  if (answered.response.ok) return parseAnswer(body.text) as T
  throw refused(answered.response, body.text, since)
}

/** The same for what is not in the API's document: the console's own session. */
export async function callOwn<T>(method: string, path: string, asked?: unknown): Promise<T> {
  let response: Response
  let text: string
  const patience = AbortSignal.timeout(PATIENCE_MS)
  try {
    response = await fetch(path, {
      method,
      signal: patience,
      credentials: 'same-origin',
      // Who signs out and leaves the page at once is signed out all the same.
      keepalive: method === 'DELETE',
      ...(asked === undefined ? {} : { body: writeExact(asked), headers: { 'Content-Type': 'application/json' } }),
    })
    text = await response.text()
  } catch (cause) {
    throw problemOfFailure(cause, patience.aborted)
  }
  if (!response.ok) throw problemOf(response.status, text, response.headers.get('Retry-After'))
  return parseAnswer(text) as T
}

/** A fetch that keeps the text of the answer, whatever the generated client makes of it. */
function reading(body: { text: string }): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    body.text = await response.text()
    return new Response(response.status === 204 ? null : body.text, response)
  }
}

function parseAnswer(text: string): unknown {
  if (text === '') return null
  try {
    return parseExact(text)
  } catch {
    throw problemOf(200, text)
  }
}

function refused(response: Response, text: string, since: number): Problem {
  const problem = problemOf(response.status, text, response.headers.get('Retry-After'))
  if (response.status === 401) ended(since)
  return problem
}

/** A key for one change: repeating the call with the same key does it once. */
export function newKey(): string {
  // Not randomUUID, which is missing where the page does not come by HTTPS or from this computer.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
