// What a points policy is made of: its kind, and the terms that this kind has.

import { Stack, Switch } from '@mantine/core'
import { useEffect } from 'react'
import { policies as words } from '#words/points-policies'
import type { JsonObject } from '../../api/exactJson'
import { RewardChoice } from '../../parts/choices'
import type { Draft, Field, Own } from '../../parts/editor'
import { typedNumber, withMember } from '../reactors/editor/draft'
import { ChoiceOf, NumberOf, TextOf } from '../reactors/editor/fields'

const EXPIRY = 'SIMPLE_EXPIRY'
const FIRST: Record<string, JsonObject> = { [EXPIRY]: { after: 'P1Y' }, PURCHASE_REWARDS: {} }
type Terms = { of: string; config: JsonObject }

const typeIn = (draft: Draft) => String(draft['/type'] ?? EXPIRY)

/** The terms of one kind say nothing to another: what was chosen last begins anew. */
const termsOf = (value: unknown, type: string): JsonObject => {
  const terms = value as Terms | undefined
  return terms?.of === type ? terms.config : (FIRST[type] ?? { points: typedNumber('500')! })
}

const TERMS: Field = {
  kind: 'own',
  at: '/config',
  label: words.columns.says,
  initially: { of: EXPIRY, config: FIRST[EXPIRY] },
  read: (found, row) => ({ of: (row as { type: string }).type, config: found }),
  write: (value) => (value as Terms | undefined)?.config,
  render: (own) => <Terms own={own} />,
}

export const POLICY_FIELDS: Field[] = [
  { kind: 'text', at: '/name', label: words.name, required: true },
  {
    kind: 'choice',
    at: '/type',
    label: words.type,
    options: Object.entries(words.types).map(([value, label]) => ({ value, label })),
    initially: EXPIRY,
    required: true,
  },
  TERMS,
]

function Terms({ own }: { own: Own }) {
  const type = typeIn(own.draft)
  const set = (config: JsonObject) => own.onChange({ of: type, config })
  const terms = own.value as Terms | undefined
  // What is shown is what is sent.
  useEffect(() => {
    if (terms?.of !== type) own.onChange({ of: type, config: termsOf(undefined, type) })
  }, [type])
  return (
    <Stack gap="sm">
      <Config type={type} config={termsOf(own.value, type)} onChange={set} faultAt={own.faultAt} />
    </Stack>
  )
}

type ConfigProps = { type: string; config: JsonObject; onChange: (config: JsonObject) => void; faultAt: Own['faultAt'] }

function Config({ type, config, onChange, faultAt }: ConfigProps) {
  const common = { object: config, onChange }
  const at = (name: string) => faultAt(`/${name}`)
  if (type === 'SIMPLE_EXPIRY')
    return (
      <>
        <TextOf {...common} name="after" required label={words.after} description={words.afterHelp} error={at('after') ?? faultAt()} />
        <ChoiceOf {...common} name="toEndOf" label={words.toEndOf} choices={{ ...words.units, '': words.exactly }} usual="" error={at('toEndOf')} />
        <Switch label={words.onInactivity} checked={config.onInactivity === true} onChange={(event) => onChange(withMember(config, 'onInactivity', event.currentTarget.checked || undefined))} />
      </>
    )
  if (type === 'PURCHASE_REWARDS') {
    return (
      <>
        <RewardChoice
          label={words.reward}
          placeholder={words.choose}
          value={config.rewardId == null ? undefined : String(config.rewardId)}
          error={at('rewardId') ?? faultAt()}
          onChange={(id) => onChange(withMember(config, 'rewardId', id))}
        />
        <NumberOf {...common} name="keep" label={words.keep} placeholder="0" error={at('keep')} />
        <NumberOf {...common} name="timesMax" label={words.timesMax} placeholder="1" error={at('timesMax')} />
      </>
    )
  }
  return (
    <>
      <NumberOf {...common} name="points" required label={words.points} error={at('points') ?? faultAt()} />
      {type !== 'MAXIMUM_POINTS_BALANCE_CAP' && <ChoiceOf {...common} name="per" label={words.per} choices={words.units} usual="" error={at('per')} />}
    </>
  )
}
