// What the pages of reactors read beside the list of them.

import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client'
import { diffReactorVersions, getReactor, listCounters, listJobs, listReactorVersions } from '../../api/generated/sdk.gen'
import type { JobView } from '../../api/generated/types.gen'
import { isOver } from '../../parts/jobs'
import { pagesQuery } from '../../parts/Paged'

const FRESH_MS = 2_000
const LOOK_AGAIN_MS = 1_000

export const reactorQuery = (id: string) =>
  queryOptions({
    queryKey: ['reactor', id],
    queryFn: async ({ signal }) => (await call((to) => getReactor({ ...to, path: { id } }), signal)).data,
    staleTime: FRESH_MS,
  })

export const reactorVersionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['reactor versions', id],
    queryFn: async ({ signal }) =>
      (await call((to) => listReactorVersions({ ...to, path: { id }, query: { limit: 1000 } }), signal)).data,
    staleTime: FRESH_MS,
  })

/** What `version` says otherwise than `other`. */
export const differenceQuery = (id: string, version: number, other: number) =>
  queryOptions({
    queryKey: ['reactor difference', id, version, other],
    queryFn: async ({ signal }) =>
      (await call((to) => diffReactorVersions({ ...to, path: { id, version, other } }), signal)).data,
    staleTime: Infinity,
  })

export const readCounters = async (signal: AbortSignal) =>
  (await call((to) => listCounters({ ...to, query: { limit: 1000 } }), signal)).data
export const countersQuery = queryOptions({
  queryKey: ['counters'],
  queryFn: ({ signal }) => readCounters(signal),
  staleTime: FRESH_MS,
})

/** The tests of a reactor on past events, the newest first; read again until all of them have ended. */
export const backtestsQuery = (reactor: string) => ({
  ...pagesQuery<JobView>(['backtests', reactor], (cursor, signal) =>
    call((to) => listJobs({ ...to, query: { reactor, limit: 10, cursor } }), signal),
  ),
  refetchInterval: ({ state }: { state: { data?: { pages: { data: JobView[] }[] } } }) =>
    state.data?.pages.some((page) => page.data.some((job) => !isOver(job))) ? LOOK_AGAIN_MS : false,
})
