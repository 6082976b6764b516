// How many points: the sum or the product of its parts, which may be sums and products themselves.

import { ActionIcon, Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { editor } from '#words/reactor-editor'
import { isObject, type JsonObject } from '../../../api/exactJson'
import { listOf, withItem, withMember } from './draft'
import { ChoiceOf, NumberOf } from './fields'

type Props = {
  value: JsonObject
  onChange: (value: JsonObject) => void
  /** What the server says of a part, by its pointer into the derivation. */
  faultAt: (pointer: string) => string | undefined
  /** Which part of what it is; the outermost is none, and alone is rounded. */
  part?: string
}

const NEW: JsonObject = { type: 'NUMBER', value: '1' }
const DEPTH_MAX = 6

export function Derivation({ value, onChange, faultAt, part }: Props) {
  const parts = listOf(value, 'arguments')
  const set = (place: number, item: JsonObject | undefined) => onChange({ ...value, arguments: withItem(parts, place, item) })
  const isOutermost = part === undefined
  return (
    <Stack gap="xs">
      {(parts.length > 1 || value.operation === 'PRODUCT' || !isOutermost) && (
        <ChoiceOf
          label={part ? `${editor.operation} (${editor.argument(part)})` : editor.operation}
          name="operation"
          object={value}
          choices={editor.operations}
          usual=""
          error={faultAt('/operation')}
          onChange={onChange}
        />
      )}
      {parts.map((argument, place) => (
        <Argument
          key={place}
          name={part ? `${part}.${place + 1}` : String(place + 1)}
          value={argument}
          canGo={parts.length > 1}
          onChange={(item) => set(place, item)}
          faultAt={(pointer) => faultAt(`/arguments/${place}${pointer}`)}
        />
      ))}
      {faultAt('/arguments') && <p className="pc-fault">{faultAt('/arguments')}</p>}
      <Button
        className="pc-start"
        size="compact-xs"
        variant="default"
        aria-label={part ? `${editor.addArgument}: ${editor.argument(part)}` : editor.addArgument}
        onClick={() => onChange({ ...value, arguments: [...parts, NEW] })}
      >
        {editor.addArgument}
      </Button>
      {isOutermost && <Rounding value={value} onChange={onChange} faultAt={faultAt} />}
    </Stack>
  )
}

function Rounding({ value, onChange, faultAt }: Props) {
  const common = { object: value, onChange }
  return (
    <div className="pc-fields">
      <NumberOf {...common} label={editor.max} description={editor.maxHelp} name="max" error={faultAt('/max')} />
      <ChoiceOf {...common} label={editor.rounding} name="roundingDirection" choices={editor.roundings} usual="DOWN" error={faultAt('/roundingDirection')} />
      <NumberOf {...common} label={editor.unit} placeholder="1" name="roundingUnit" error={faultAt('/roundingUnit')} />
    </div>
  )
}

type ArgumentProps = {
  name: string
  value: JsonObject
  canGo: boolean
  onChange: (value: JsonObject | undefined) => void
  faultAt: (pointer: string) => string | undefined
}

const kindOf = (value: JsonObject) =>
  isObject(value) && 'operation' in value ? 'DERIVATION' : value.type === 'PAYLOAD_QUERY' ? 'EXPRESSION' : String(value.type ?? 'NUMBER')

function Argument({ name, value, canGo, onChange, faultAt }: ArgumentProps) {
  const kind = kindOf(value)
  const kinds = Object.entries(editor.arguments).filter(([one]) => one !== 'DERIVATION' || name.split('.').length < DEPTH_MAX)
  const choose = (next: string) =>
    onChange(next === 'DERIVATION' ? { operation: 'PRODUCT', arguments: [value] } : { type: next, value: kind === 'DERIVATION' ? '' : (value.value ?? '') })
  return (
    <fieldset className="pc-fieldset" aria-label={editor.argument(name)}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <NativeSelect
          size="xs"
          aria-label={editor.argumentType(name)}
          value={kind}
          data={kinds.map(([one, label]) => ({ value: one, label }))}
          error={faultAt('/type') ?? faultAt('')}
          onChange={(event) => choose(event.currentTarget.value)}
        />
        {kind !== 'DERIVATION' && (
          <TextInput
            size="xs"
            className="pc-grow"
            aria-label={editor.argumentValue(name)}
            placeholder={editor.argumentPlaceholders[kind]}
            spellCheck={false}
            autoComplete="off"
            value={value.value == null ? '' : String(value.value)}
            error={faultAt('/value')}
            onChange={(event) => onChange({ ...withMember(value, 'value', undefined), value: event.currentTarget.value })}
          />
        )}
        {canGo && (
          <ActionIcon variant="subtle" color="gray" aria-label={editor.remove(editor.argument(name))} onClick={() => onChange(undefined)}>
            <IconX size={16} />
          </ActionIcon>
        )}
      </Group>
      {kind === 'DERIVATION' && <Derivation part={name} value={value} onChange={onChange} faultAt={faultAt} />}
    </fieldset>
  )
}
