// What can go wrong with a call, as one class: the server's problem document, or that no answer came.

import { problems as words } from '#words/wire'
import { isObject, parseExact } from './exactJson'

/** The status of a change that began from another version than there is now. */
export const OTHER_VERSION = 412

export type FieldErrors = Record<string, string[]>
export type Fault = { pointer: string; code: string; detail: string }

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly requestId?: string
  readonly faults: Fault[]
  readonly members: Record<string, unknown>
  /** After how long the same call may be made again, where the server says so. */
  readonly retryAfterSeconds?: number

  constructor(
    status: number,
    code: string,
    title: string,
    detail: string,
    members: Record<string, unknown> = {},
    retryAfterSeconds?: number,
  ) {
    super(detail)
    this.retryAfterSeconds = retryAfterSeconds
    this.status = status
    this.code = code
    this.title = title
    this.detail = detail
    this.members = members
    this.requestId = typeof members.requestId === 'string' ? members.requestId : undefined
    this.faults = Array.isArray(members.errors) ? (members.errors as Fault[]) : []
  }

  /** Whether the server may or may not have done what was asked: the same call with the same key is safe to repeat. */
  get isOpen(): boolean {
    return this.status === 0 || this.status >= 500
  }

  /** The same where the body that is spoken of stood at `prefix` of what was sent. */
  below(prefix: string): Problem {
    const isBelow = (pointer: string) => pointer === prefix || pointer.startsWith(`${prefix}/`)
    const errors = this.faults.map((fault) =>
      isBelow(fault.pointer) ? { ...fault, pointer: fault.pointer.slice(prefix.length) } : fault,
    )
    const { status, code, title, detail, members, retryAfterSeconds } = this
    return new Problem(status, code, title, detail, { ...members, errors }, retryAfterSeconds)
  }

  /** The errors by pointer, without `prefix`. */
  at(prefix: string): FieldErrors {
    return faultsAt(this.faults, prefix)
  }
}

/** What is wrong below `prefix`, by the pointer that is left without it. */
export function faultsAt(faults: Fault[], prefix: string): FieldErrors {
  const found: FieldErrors = {}
  for (const fault of faults)
    if (fault.pointer === prefix || fault.pointer.startsWith(`${prefix}/`))
      (found[fault.pointer.slice(prefix.length)] ??= []).push(fault.detail)
  return found
}

/** The problem that an answer other than 2xx tells; `retryAfter` is its header of that name, in seconds. */
export function problemOf(status: number, body: string, retryAfter?: string | null): Problem {
  const wait = Number(retryAfter ?? NaN)
  const seconds = wait >= 0 ? wait : undefined
  try {
    const read = parseExact(body)
    if (isObject(read) && typeof read.detail === 'string') {
      const title = typeof read.title === 'string' ? read.title : words.failed
      return new Problem(status, String(read.code ?? 'unknown'), title, read.detail, read, seconds)
    }
  } catch {
    // Not of the engine's making: a proxy's page, or nothing at all.
  }
  return new Problem(status, 'unknown', words.unknown, words.unexplained(status), {}, seconds)
}

/** The problem that a failed fetch is. */
export function problemOfFailure(cause: unknown, timedOut: boolean): Problem {
  if (timedOut) return new Problem(0, 'timeout', words.timeout, words.timeoutDetail)
  const offline = typeof navigator !== 'undefined' && navigator.onLine === false
  return new Problem(0, 'unreachable', words.unreachable, offline ? words.offline : words.away, { cause })
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem(-1, 'console', words.broken, String(error))
}
