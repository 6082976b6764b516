// From the query in the address to what is asked of the server.

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { stream } from '#words/stream'
import { foundUsersQuery, type EventFilters, type User } from '../../api/queries'
import { useSession } from '../../api/session'
import { typedNameOf } from '../../parts/user'
import { filtersOf } from './conditions'
import { parse, type Condition, type QueryFault } from './query'

export type StreamQuery = {
  conditions: Condition[]
  faults: QueryFault[]
  /** Undefined while it cannot be told whom the query is about, or what it says. */
  filters: EventFilters | undefined
  /** Those whom the text for the subject may mean, when they are several. */
  candidates: User[]
  isLooking: boolean
  failure: unknown
}

export function useStreamQuery(q: string): StreamQuery {
  const zone = useSession().tenant.timeZone
  const parsed = useMemo(() => parse(q), [q])
  // `after:2h` counts from when the query was written, so that a page and the next one mean the same.
  const meaning = useMemo(() => filtersOf(parsed.conditions, Date.now(), zone), [parsed, zone])
  const asked = parsed.conditions.find((condition) => condition.kind === 'subject')
  const subject = useSubject(asked?.value)
  const faults = [...parsed.faults, ...meaning.faults]
  if (asked && subject.fault) faults.push({ start: asked.start, end: asked.end, message: subject.fault })
  const isAsked = faults.length === 0 && (!asked || subject.id !== undefined)
  const filters = useMemo(
    () => (isAsked ? { ...meaning.filters, ...(subject.id ? { subject: subject.id } : {}) } : undefined),
    [isAsked, meaning, subject.id],
  )
  const { candidates, isLooking, failure } = subject
  return { conditions: parsed.conditions, faults, filters, candidates, isLooking, failure }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

type Subject = { id?: string; fault?: string; candidates: User[]; isLooking: boolean; failure?: unknown }

function useSubject(text: string | undefined): Subject {
  const isId = text !== undefined && UUID.test(text)
  const isAsked = text !== undefined && !isId
  const found = useQuery({ ...foundUsersQuery(text ?? ''), enabled: isAsked })
  if (!isAsked) return { id: text, candidates: [], isLooking: false }
  if (found.isError) return { candidates: [], isLooking: false, failure: found.error }
  if (!found.data || found.isPlaceholderData) return { candidates: [], isLooking: true }
  const wanted = text.toLowerCase()
  const exact = found.data.filter((user) => namesOf(user).some((name) => name.toLowerCase() === wanted))
  const meant = exact.length === 1 ? exact : found.data
  if (meant.length === 1) return { id: meant[0]!.id, candidates: [], isLooking: false }
  const fault = meant.length === 0 ? stream.subject.nobody(text) : stream.subject.several(text, meant.length)
  return { fault, candidates: meant, isLooking: false }
}

function namesOf(user: User): string[] {
  const names = [user.accountNumber, user.authIdentifier, user.profile.emailAddress, typedNameOf(user)]
  return names.filter((name): name is string => typeof name === 'string')
}
