// How many events of each type there were, and how often each reactor fired.

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Period } from '../parts/periods'
import { call } from './client'
import * as api from './generated/sdk.gen'

const FRESH_MS = 30_000

export const eventVolumesQuery = (period: Period, eventType?: string) =>
  queryOptions({
    queryKey: ['event volumes', period, eventType],
    queryFn: async ({ signal }) => (await call((to) => api.getEventVolumes({ ...to, query: { period, eventType } }), signal)).data,
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
  })

export const reactorVolumesQuery = (period: Period, reactor?: string) =>
  queryOptions({
    queryKey: ['reactor volumes', period, reactor],
    queryFn: async ({ signal }) => (await call((to) => api.getReactorVolumes({ ...to, query: { period, reactor } }), signal)).data,
    placeholderData: keepPreviousData,
    staleTime: FRESH_MS,
  })
