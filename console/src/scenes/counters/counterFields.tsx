// What a counter is made of.

import { useQuery } from '@tanstack/react-query'
import { counters as words } from '#words/counters'
import type { Json } from '../../api/exactJson'
import type { CounterView } from '../../api/generated/types.gen'
import { eventTypesQuery } from '../../api/queries'
import { ConstraintEditor, constraintOf, NOTHING, writtenOf, type Written } from '../../conditions/ConstraintEditor'
import { factsOfEvent } from '../../conditions/facts'
import type { Field, Own } from '../../parts/editor'

const optionsOf = (names: Record<string, string>) => Object.entries(names).map(([value, label]) => ({ value, label }))

const CONSTRAINT: Field = {
  kind: 'own',
  at: '/constraint',
  label: words.constraint,
  initially: NOTHING,
  read: (found) => writtenOf(found as Json),
  write: (value) => {
    const constraint = constraintOf(value as Written)
    if (constraint === undefined) throw new Error(words.unreadable)
    return constraint ?? undefined
  },
  render: (own) => <Constraint own={own} />,
}

function Constraint({ own }: { own: Own }) {
  const types = useQuery(eventTypesQuery).data
  const type = types?.find((one) => one.name === own.draft['/eventType'])
  return (
    <fieldset className="pc-fieldset">
      <legend>{own.label}</legend>
      <ConstraintEditor
        written={(own.value ?? NOTHING) as Written}
        facts={factsOfEvent(type?.schema as Json | undefined)}
        error={own.faultAt()}
        onChange={own.onChange}
      />
    </fieldset>
  )
}

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
