// The fields of a reaction, by its type.

import { ActionIcon, Button, Checkbox, Group, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { editor } from '#words/reactor-editor'
import { isObject, writeExact, type Json, type JsonObject } from '../../../api/exactJson'
import { RewardChoice } from '../../../parts/choices'
import { NounChoice } from '../../../parts/NounChoice'
import { BADGES } from '../../badges/Badges'
import { textOf, valueOf } from '../../../conditions/values'
import { idOf, listOf, POINTS, withItem, withMember } from './draft'
import { Derivation } from './Derivation'
import { TextOf } from './fields'
import { headersFault, headersOf, headersText } from './headers'

type Props = {
  number: number
  reaction: JsonObject
  onChange: (reaction: JsonObject) => void
  faultAt: (pointer: string) => string | undefined
}

export function ReactionFields(props: Props) {
  switch (props.reaction.type) {
    case 'POINTS':
      return <PointsFields {...props} />
    case 'POINTS_CAP':
      return <DerivedPoints {...props} />
    case 'BADGE':
      return <BadgeChoice {...props} />
    case 'REWARD':
      return <RewardOf {...props} />
    case 'ATTRIBUTE':
      return <Attributes {...props} />
    case 'WEBHOOK':
      return <Webhook {...props} />
    default:
      return null
  }
}

function DerivedPoints({ reaction, onChange, faultAt }: Props) {
  const points = isObject(reaction.points) ? reaction.points : (POINTS.points as JsonObject)
  return (
    <>
      {faultAt('/points') && <p className="pc-fault">{faultAt('/points')}</p>}
      <Derivation
        value={points}
        onChange={(value) => onChange({ ...reaction, points: value })}
        faultAt={(pointer) => (pointer ? faultAt(`/points${pointer}`) : undefined)}
      />
    </>
  )
}

const DEALS = ['gives', 'activates', 'cancels'] as const

function PointsFields(props: Props) {
  const { reaction, onChange, faultAt } = props
  const deal = 'activates' in reaction ? 'activates' : 'cancels' in reaction ? 'cancels' : 'gives'
  const choose = (next: string) => {
    const rest = Object.fromEntries(Object.entries(reaction).filter(([name]) => name === 'type' || name === 'forFailure'))
    onChange(next === 'gives' ? { ...rest, points: POINTS.points! } : { ...rest, [next]: reaction[deal === 'gives' ? 'awaits' : deal] ?? '' })
  }
  const common = { object: reaction, onChange }
  return (
    <Stack gap="sm">
      <NativeSelect
        className="pc-start"
        label={editor.deal.label}
        value={deal}
        data={DEALS.map((value) => ({ value, label: editor.deal[value] }))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {deal === 'gives' ? (
        <>
          <DerivedPoints {...props} />
          <div className="pc-fields">
            <TextOf {...common} name="usableAfter" label={editor.usableAfter} description={editor.lengthHelp} error={faultAt('/usableAfter')} />
            <TextOf {...common} name="expiresAfter" label={editor.expiresAfter} description={editor.lengthHelp} error={faultAt('/expiresAfter')} />
            <TextOf {...common} name="awaits" label={editor.awaits} description={editor.keyHelp} error={faultAt('/awaits')} />
          </div>
        </>
      ) : (
        <TextInput
          label={editor.keyOf}
          description={editor.keyHelp}
          spellCheck={false}
          value={String(reaction[deal] ?? '')}
          error={faultAt(`/${deal}`)}
          onChange={(event) => onChange({ ...reaction, [deal]: event.currentTarget.value })}
        />
      )}
    </Stack>
  )
}

function BadgeChoice({ reaction, onChange, faultAt }: Props) {
  return (
    <NounChoice
      noun={BADGES}
      label={editor.badge}
      required
      none={editor.choose}
      value={idOf(reaction.badge) || undefined}
      error={faultAt('/badge') ?? faultAt('/badge/id')}
      onChange={(id) => onChange(withMember(reaction, 'badge', id ?? ''))}
    />
  )
}

function RewardOf({ reaction, onChange, faultAt }: Props) {
  return (
    <RewardChoice
      label={editor.reward}
      required
      placeholder={editor.choose}
      value={idOf(reaction.reward) || undefined}
      error={faultAt('/reward') ?? faultAt('/reward/id')}
      onChange={(id) => onChange(withMember(reaction, 'reward', id ?? ''))}
    />
  )
}

function Attributes({ reaction, onChange, faultAt }: Props) {
  const pairs = listOf(reaction, 'attributes')
  const set = (place: number, pair: JsonObject | undefined) => onChange({ ...reaction, attributes: withItem(pairs, place, pair) })
  return (
    <Stack gap="xs">
      {faultAt('/attributes') && <p className="pc-fault">{faultAt('/attributes')}</p>}
      {pairs.map((pair, place) => (
        <Group key={place} gap="xs" align="flex-start" role="group" aria-label={editor.attribute(place + 1)}>
          <TextInput
            size="xs"
            aria-label={editor.attributeKey(place + 1)}
            value={String(pair.key ?? '')}
            error={faultAt(`/attributes/${place}/key`)}
            onChange={(event) => set(place, { ...pair, key: event.currentTarget.value })}
          />
          <AttributeValue label={editor.attributeValue(place + 1)} pair={pair} error={faultAt(`/attributes/${place}/value`)} onChange={(next) => set(place, next)} />
          <Checkbox
            size="xs"
            mt={6}
            label={editor.attributeSeen(place + 1)}
            checked={pair.isEnabled === true}
            onChange={(event) => set(place, { ...pair, isEnabled: event.currentTarget.checked })}
          />
          {pairs.length > 1 && (
            <ActionIcon variant="subtle" color="gray" aria-label={editor.remove(editor.attribute(place + 1))} onClick={() => set(place, undefined)}>
              <IconX size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      <Button
        className="pc-start"
        size="compact-xs"
        variant="default"
        onClick={() => onChange({ ...reaction, attributes: [...pairs, { key: '', value: '', isEnabled: true }] })}
      >
        {editor.addAttribute}
      </Button>
    </Stack>
  )
}

/** Any JSON, written as rows write their values. */
function AttributeValue({ label, pair, error, onChange }: { label: string; pair: JsonObject; error?: string; onChange: (pair: JsonObject) => void }) {
  const [text, setText] = useTyped(pair.value ?? '', (value) => textOf(value, 'any'), (typed) => valueOf(typed, 'any'))
  return (
    <TextInput
      size="xs"
      aria-label={label}
      value={text}
      error={error}
      onChange={(event) => {
        setText(event.currentTarget.value)
        onChange({ ...pair, value: valueOf(event.currentTarget.value, 'any') })
      }}
    />
  )
}

function Webhook({ reaction, onChange, faultAt }: Props) {
  const [text, setText] = useTyped(reaction.headers ?? {}, headersText, (typed) => headersOf(typed) ?? {})
  return (
    <Stack gap="sm">
      <TextOf object={reaction} onChange={onChange} name="url" required label={editor.url} description={editor.urlHelp} placeholder={editor.urlPlaceholder} error={faultAt('/url')} />
      <Textarea
        label={editor.headers}
        description={editor.headersHelp}
        className="pc-textarea-mono"
        rows={2}
        value={text}
        error={headersFault(text) ?? faultAt('/headers')}
        onChange={(event) => {
          setText(event.currentTarget.value)
          onChange(withMember(reaction, 'headers', headersOf(event.currentTarget.value)))
        }}
      />
    </Stack>
  )
}

/** A text as it is typed. Another value in its place, as when the one before it is removed, replaces it. */
function useTyped(value: Json, written: (value: Json) => string, read: (text: string) => Json): [string, (text: string) => void] {
  const [text, setText] = useState(() => written(value))
  const isOfIt = writeExact(read(text)) === writeExact(value)
  return [isOfIt ? text : written(value), setText]
}
