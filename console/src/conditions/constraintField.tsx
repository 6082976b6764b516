// The constraint of something that is edited as a list of fields.

import type { Json } from '../api/exactJson'
import type { Field, Own } from '../parts/editor'
import { ConstraintEditor, constraintOf, NOTHING, writtenOf, type Written } from './ConstraintEditor'
import type { Fact } from './facts'

interface Words {
  constraint: string
  unreadable: string
}

/** Return the field at /constraint; `useFactsOf` gives what a rule may look at, of the event type in the draft. */
export const constraintField = (words: Words, useFactsOf: (eventType: string | undefined) => Fact[]): Field => ({
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
  render: (own) => <Constraint own={own} useFactsOf={useFactsOf} />,
})

function Constraint({ own, useFactsOf }: { own: Own; useFactsOf: (eventType: string | undefined) => Fact[] }) {
  const facts = useFactsOf(own.draft['/eventType'] as string | undefined)
  return (
    <fieldset className="pc-fieldset">
      <legend>{own.label}</legend>
      <ConstraintEditor written={(own.value ?? NOTHING) as Written} facts={facts} error={own.faultAt()} onChange={own.onChange} />
    </fieldset>
  )
}
