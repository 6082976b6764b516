import type { EventFilters } from '../../api/queries'

const TAKEN = ['type', 'subject', 'reportedFrom', 'reportedTo'] as const

/** What of the filters the lists of refused and kept reports take, and whether that is all of them. */
export function applying(filters: EventFilters): { kept: EventFilters; isAll: boolean } {
  const kept: EventFilters = {}
  for (const name of TAKEN) if (filters[name]) kept[name] = filters[name]
  return { kept, isAll: Object.keys(kept).length === Object.keys(filters).length }
}
