// What a counter is made of.

import { useQuery } from '@tanstack/react-query'
import { counters as words } from '#words/counters'
import type { Json } from '../../api/exactJson'
import type { CounterView } from '../../api/generated/types.gen'
import { eventTypesQuery } from '../../api/queries'
import { constraintField } from '../../conditions/constraintField'
import { factsOfEvent } from '../../conditions/facts'
import type { Field } from '../../parts/editor'

const optionsOf = (names: Record<string, string>) => Object.entries(names).map(([value, label]) => ({ value, label }))

const CONSTRAINT = constraintField(words, (eventType) => {
  const type = useQuery(eventTypesQuery).data?.find((one) => one.name === eventType)
  return factsOfEvent(type?.schema as Json | undefined)
})

export function useCounterFields(counter: CounterView | undefined): Field[] {
  const types = useQuery(eventTypesQuery).data ?? []
  return [
    { kind: 'text', at: '/name', label: words.name, hint: words.nameHelp, required: true, isFixed: true },
    {
      kind: 'choice',
      at: '/eventType',
      label: words.eventType,
      options: types.map(({ name }) => ({ value: name, label: name })),
      none: '',
      required: true,
      isFixed: true,
      read: (found) => types.find(({ id }) => id === found)?.name,
    },
    { kind: 'text', at: '/description', label: words.description },
    { kind: 'choice', at: '/what', label: words.what, hint: counter && words.anew, options: optionsOf(words.kinds), initially: 'COUNT', required: true },
    { kind: 'text', at: '/value', label: words.value, hint: words.valueHelp, required: true, when: (draft) => draft['/what'] === 'SUM' },
    { kind: 'choice', at: '/per', label: words.per, options: optionsOf(words.units), initially: 'EVER', required: true },
    { kind: 'flag', at: '/takesPast', label: words.takesPast },
    CONSTRAINT,
  ]
}
