import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Json } from '../../../api/exactJson'
import { eventTypesQuery, type EventTypeView } from '../../../api/queries'
import { factsOf, type Fact } from '../../../conditions/facts'
import { countersQuery } from '../queries'

/** The event type by its name or id, and what rules over its events may look at. */
export function useFacts(eventType: string | undefined): { type: EventTypeView | undefined; facts: Fact[] } {
  const types = useQuery(eventTypesQuery)
  const counters = useQuery(countersQuery)
  const type = types.data?.find((one) => one.name === eventType || one.id === eventType)
  const facts = useMemo(
    () => factsOf(type?.schema as Json | undefined, type?.enhancers ?? [], counters.data ?? []),
    [type, counters.data],
  )
  return { type, facts }
}
