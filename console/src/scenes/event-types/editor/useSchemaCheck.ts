// Whether a schema can be used, and what of a payload it does not take, asked of the server while they are written.

import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { call } from '../../../api/client'
import { writeExact, type Json } from '../../../api/exactJson'
import { checkEventType } from '../../../api/generated/sdk.gen'

const CALM_MS = 350

/** `schema` is undefined where it cannot be read, and null where there is none. */
export function useSchemaCheck(schema: Json | undefined, allowUnknown: boolean, payload: Json | undefined) {
  const now = schema === undefined ? '' : writeExact({ schema, allowUnknown, ...(payload === undefined ? {} : { payload }) })
  const [calm] = useDebouncedValue(now, CALM_MS)
  const query = useQuery({
    queryKey: ['event type check', calm],
    queryFn: async ({ signal }) => (await call((to) => checkEventType({ ...to, body: calm as never }), signal)).data,
    enabled: calm !== '' && calm === now,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  })
  return { check: query.data, isCurrent: calm === now && now !== '' && query.data !== undefined && !query.isPlaceholderData, error: query.error }
}
