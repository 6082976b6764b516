// What the pages of the settings and the system read, by the names under which TanStack Query keeps it.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call, callOwn } from './client'
import * as api from './generated/sdk.gen'
import type { AuditEntryView, ClientView, IssuerView, JobView, StaffView } from './generated/types.gen'
import { everything } from './queries'

export type { AuditEntryView, ClientView, IntegrityView, IssuerView, JobView, OwnTenantView, StaffView } from './generated/types.gen'
export type OwnSession = {
  id: string
  isThis: boolean
  begunBy: 'LINK' | 'PASSWORD' | 'OIDC'
  userAgent?: string
  network?: string
  createdAt: string
  idleExpiresAt: string
  expiresAt: string
}

/** What If-Match takes: nobody else's change is written over. */
export const ifVersion = (version: number) => ({ 'If-Match': `"${version}"` })

export const tenantQuery = queryOptions({
  queryKey: ['tenant'],
  queryFn: async ({ signal }) => (await call((to) => api.getTenant(to), signal)).data,
})

const RATES_MS = 5_000

/** What callers may do and have left; read again while somebody looks. */
export const rateLimitsQuery = queryOptions({
  queryKey: ['rate limits'],
  queryFn: async ({ signal }) => (await call((to) => api.getRateLimits(to), signal)).data,
  refetchInterval: RATES_MS,
})

export const readStaff = (signal: AbortSignal) =>
  everything<StaffView>((cursor) => call((to) => api.listStaff({ ...to, query: { limit: 1000, cursor } }), signal))
export const staffQuery = queryOptions({ queryKey: ['staff'], queryFn: ({ signal }) => readStaff(signal) })

export const readClients = (signal: AbortSignal) =>
  everything<ClientView>((cursor) => call((to) => api.listClients({ ...to, query: { limit: 1000, cursor } }), signal))
export const clientsQuery = queryOptions({ queryKey: ['clients'], queryFn: ({ signal }) => readClients(signal) })

export const readIssuers = (signal: AbortSignal) =>
  everything<IssuerView>((cursor) => call((to) => api.listIssuers({ ...to, query: { limit: 1000, cursor } }), signal))
export const issuersQuery = queryOptions({ queryKey: ['issuers'], queryFn: ({ signal }) => readIssuers(signal) })

export type AuditFilters = { kind?: string; object?: string; principal?: string; from?: string; until?: string }

export const auditQuery = (filters: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: ['audit', filters],
    queryFn: ({ pageParam, signal }): Promise<{ data: AuditEntryView[]; page: { next?: string } }> => {
      const set = Object.entries(filters).filter(([, value]) => value)
      const filter = set.map(([name, value]) => `${name}:${value}`).join(',') || undefined
      return call((to) => api.listAudit({ ...to, query: { limit: 50, cursor: pageParam, filter } }), signal)
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next,
  })

export const sessionsQuery = queryOptions({
  queryKey: ['own sessions'],
  queryFn: async () => (await callOwn<{ data: OwnSession[] }>('GET', '/console/sessions')).data,
})

export const endSession = (id: string) => callOwn('DELETE', `/console/sessions/${encodeURIComponent(id)}`)
export const endAllSessions = () => callOwn('DELETE', '/console/sessions')

const LOOK_MS = 1_500

export const integrityQuery = queryOptions({
  queryKey: ['integrity'],
  queryFn: async ({ signal }) => (await call((to) => api.getIntegrity(to), signal)).data,
})

export const isOver = (job: JobView) => ['DONE', 'FAILED', 'CANCELLED'].includes(job.state)

/** The newest jobs; read again while one of them is under way. */
export const jobsQuery = (state?: string) =>
  infiniteQueryOptions({
    queryKey: ['jobs', state],
    queryFn: ({ pageParam, signal }): Promise<{ data: JobView[]; page: { next?: string } }> => {
      const filter = state ? `state:${state}` : undefined
      return call((to) => api.listJobs({ ...to, query: { limit: 50, cursor: pageParam, filter } }), signal)
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next,
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.data.some((job) => !isOver(job))) ? LOOK_MS : false,
  })

/** The newest check of the books that was asked for or is under way. */
export const checkQuery = queryOptions({
  queryKey: ['jobs', 'check'],
  queryFn: async ({ signal }) => {
    const { data } = await call((to) => api.listJobs({ ...to, query: { limit: 1, filter: 'kind:check_integrity' } }), signal)
    return (data[0] ?? null) as JobView | null
  },
  refetchInterval: (query) => (query.state.data && !isOver(query.state.data) ? LOOK_MS : false),
})
