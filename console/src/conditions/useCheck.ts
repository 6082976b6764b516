// Whether a constraint can be used, asked of the server while it is written.

import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { writeExact, type Json } from '../api/exactJson'
import { call } from '../api/client'
import { checkConstraint } from '../api/generated/sdk.gen'
import type { ConstraintCheckView, ConstraintFaultView } from '../api/generated/types.gen'
import { conditions } from '#words/conditions'

export type Check = ConstraintCheckView
const CALM_MS = 350

export async function check(constraint: Json, signal?: AbortSignal): Promise<Check> {
  return (await call((to) => checkConstraint({ ...to, body: { constraint } as never }), signal)).data
}

/** What the server says of a constraint once nobody has typed for a moment; undefined says nothing is asked. */
export function useCheck(constraint: Json | undefined) {
  const [calm] = useDebouncedValue(constraint === undefined ? '' : writeExact(constraint), CALM_MS)
  const now = constraint === undefined ? '' : writeExact(constraint)
  const query = useQuery({
    queryKey: ['constraint check', calm],
    queryFn: ({ signal }) => check(constraint!, signal),
    enabled: calm !== '' && calm === now,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  })
  const isCurrent = calm === now && !query.isPlaceholderData
  return { check: now === '' ? undefined : query.data, isCurrent, error: query.error }
}

/** A fault in a sentence that says where. */
export function saidOf({ detail, line, column, pointer }: ConstraintFaultView): string {
  if (line != null && column != null) return conditions.at(line, column, detail)
  return pointer ? `${pointer}: ${detail}` : detail
}
