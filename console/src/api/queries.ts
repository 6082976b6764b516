// What the console reads, by the names under which TanStack Query keeps it.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from './client'
import * as api from './generated/sdk.gen'
import type { Fault } from './problem'
import type {
  DuplicateView,
  EventTypeVersionView,
  EventTypeView,
  EventView,
  NamedSecretView,
  PageInfo,
  QuarantineEntryView,
  ReactorView,
  UserView,
} from './generated/types.gen'

export type {
  DuplicateView,
  EntryView,
  EventTypeVersionView,
  EventTypeView,
  EventView,
  LedgerEntryView,
  NamedSecretView,
  PreviewView,
  QuarantinedView,
  ReactionsView,
  ReactorExplanationView,
  ReactorView,
  ReversalView,
  RewardView,
  TypeSettings,
  VerdictView,
  WalletView,
} from './generated/types.gen'

export type Profile = {
  givenName?: string
  familyName?: string
  emailAddress?: string
  [name: string]: unknown
}
export type User = Omit<UserView, 'profile'> & { profile: Profile }
export type QuarantineEntry = Omit<QuarantineEntryView, 'faults'> & { faults: Fault[] }
/** What narrows the list of events, by the names of its parameters. */
export type EventFilters = Partial<
  Record<
    | 'type'
    | 'subject'
    | 'source'
    | 'payload'
    | 'notType'
    | 'notSource'
    | 'reportedFrom'
    | 'reportedTo'
    | 'occurredFrom'
    | 'occurredTo',
    string
  >
>
type Page<T> = { data: T[]; page: PageInfo }

const PAGE = 100
const GAP_PAGES_MAX = 20
// How long something is shown without being asked for again: definitions, and what hardly ever changes.
const FRESH_MS = 2_000
const CALM_MS = 60_000

export const pageOfEvents = (filters: EventFilters, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['events', filters, cursor],
    queryFn: ({ signal }): Promise<Page<EventView>> =>
      call((to) => api.listEvents({ ...to, query: { ...filters, limit: PAGE, cursor } }), signal),
  })

/** The events above `floor` (an id) that are not known, the newest first; undefined when there are too many.
 * Ids are in the order of time, but events may appear a little later than their ids say: a page is read whole. */
export async function unknownEvents(
  filters: EventFilters,
  isKnown: (id: string) => boolean,
  floor: string,
): Promise<EventView[] | undefined> {
  const found: EventView[] = []
  for (let page = 0, cursor: string | undefined; page < GAP_PAGES_MAX; page++) {
    const read = await call((to) => api.listEvents({ ...to, query: { ...filters, limit: PAGE, cursor } }))
    const fresh = read.data.filter((event) => event.id > floor && !isKnown(event.id))
    found.push(...fresh)
    cursor = read.page.next
    if (fresh.length === 0 || cursor === undefined) return found
  }
  return undefined
}

export const recentEventsQuery = (subject: string) =>
  queryOptions({
    queryKey: ['events', 'of', subject],
    queryFn: async ({ signal }) =>
      (await call((to) => api.listEvents({ ...to, query: { subject, limit: 20 } }), signal)).data,
  })

/** Some of the newest events of a type, to begin from. */
export const eventsOfTypeQuery = (type: string) =>
  queryOptions({
    queryKey: ['events', 'of type', type],
    queryFn: async ({ signal }) =>
      (await call((to) => api.listEvents({ ...to, query: { type, limit: 20 } }), signal)).data,
  })

/** What was refused as a duplicate, the newest first; and what waits in quarantine, or has done so. */
export const duplicatesQuery = (filters: EventFilters) =>
  infiniteQueryOptions({
    queryKey: ['duplicates', filters],
    queryFn: ({ pageParam, signal }): Promise<Page<DuplicateView>> =>
      call((to) => api.listDuplicates({ ...to, query: { ...filters, limit: 50, cursor: pageParam } }), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next,
  })

export const quarantineQuery = (filters: EventFilters & { status?: string }) =>
  infiniteQueryOptions({
    queryKey: ['quarantine', filters],
    queryFn: async ({ pageParam, signal }): Promise<Page<QuarantineEntry>> =>
      (await call(
        (to) => api.listQuarantine({ ...to, query: { ...filters, limit: 50, cursor: pageParam } }),
        signal,
      )) as Page<QuarantineEntry>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next,
  })

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: async ({ signal }) => (await call((to) => api.getEvent({ ...to, path: { id } }), signal)).data,
    staleTime: Infinity,
  })

/** What waits in quarantine under the id that its reporter was told, or has done so. */
export const quarantinedQuery = (id: string) =>
  queryOptions({
    queryKey: ['quarantined', id],
    queryFn: async ({ signal }) =>
      (await call((to) => api.getQuarantined({ ...to, path: { id } }), signal)).data as QuarantineEntry,
  })

export const reactionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['reactions', id],
    queryFn: async ({ signal }) => (await call((to) => api.getReactions({ ...to, path: { id } }), signal)).data,
    staleTime: Infinity,
  })

/** Why an event gave what it gave: each reactor, with what every part of its constraint came to. */
export const explanationQuery = (id: string) =>
  queryOptions({
    queryKey: ['explanation', id],
    queryFn: async ({ signal }) =>
      (await call((to) => api.explainEvent({ ...to, path: { id }, query: { trace: true } }), signal)).data,
    staleTime: Infinity,
  })

export const eventTypesQuery = queryOptions({
  queryKey: ['event types'],
  queryFn: ({ signal }) =>
    everything<EventTypeView>((cursor) =>
      call((to) => api.listEventTypes({ ...to, query: { limit: 1000, cursor } }), signal),
    ),
  staleTime: FRESH_MS,
})

export const secretsQuery = (eventType: string) =>
  queryOptions({
    queryKey: ['secrets', eventType],
    queryFn: ({ signal }) =>
      everything<NamedSecretView>((cursor) =>
        call((to) => api.listSecrets({ ...to, path: { identifier: eventType }, query: { limit: 1000, cursor } }), signal),
      ),
    staleTime: FRESH_MS,
  })

export const versionsQuery = (eventType: string) =>
  queryOptions({
    queryKey: ['event type versions', eventType],
    queryFn: ({ signal }) =>
      everything<EventTypeVersionView>((cursor) =>
        call((to) => api.listVersions({ ...to, path: { identifier: eventType }, query: { limit: 1000, cursor } }), signal),
      ),
    staleTime: FRESH_MS,
  })

export const reactorsQuery = queryOptions({
  queryKey: ['reactors'],
  queryFn: ({ signal }) =>
    everything<ReactorView>((cursor) =>
      call((to) => api.listReactors({ ...to, query: { limit: 1000, cursor } }), signal),
    ),
  staleTime: FRESH_MS,
})

export const foundRewardsQuery = (search: string) =>
  queryOptions({
    queryKey: ['rewards', 'found', search],
    queryFn: async ({ signal }) =>
      (await call((to) => api.listRewards({ ...to, query: { limit: 20, ...(search ? { search } : {}) } }), signal)).data,
    placeholderData: keepPreviousData,
  })

export const rewardQuery = (id: string) =>
  queryOptions({
    queryKey: ['rewards', id],
    queryFn: async ({ signal }) => (await call((to) => api.getReward({ ...to, path: { id } }), signal)).data,
  })


export const foundUsersQuery = (search: string) =>
  queryOptions({
    queryKey: ['users found', search],
    queryFn: async ({ signal }) => {
      const query = { limit: 20, ...(search ? { search } : {}) }
      return (await call((to) => api.listUsers({ ...to, query }), signal)).data as User[]
    },
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
  })

export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ['user', id],
    queryFn: async ({ signal }) => (await call((to) => api.getUser({ ...to, path: { id } }), signal)).data as User,
    staleTime: CALM_MS,
  })

export const walletQuery = (userId: string) =>
  infiniteQueryOptions({
    queryKey: ['wallet', userId],
    queryFn: async ({ pageParam, signal }) =>
      (await call((to) => api.getWallet({ ...to, path: { user_id: userId }, query: { limit: 20, before: pageParam } }), signal))
        .data,
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => last.nextBefore ?? undefined,
  })

/** All pages of a list, one after another. */
export async function everything<T>(read: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const page = await read(cursor)
    found.push(...page.data)
    cursor = page.page.next
  } while (cursor)
  return found
}
