// Conditions as rows: groups in groups, each row a fact, an operator, a value.

import { ActionIcon, Autocomplete, Button, Group, NativeSelect, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { conditions } from '#words/conditions'
import { isObject, writeExact, type Json } from '../api/exactJson'
import { told } from '../schema-form/schema'
import { kindOf, operatorsFor, valueKind, type Fact, type Kind } from './facts'
import { added, changed, EMPTY, isRows, itemsOf, MODES, modeOf, rowWith, withMode, type Mode, type Place, type Rows } from './rows'
import { listText, textOf, valueOf, valuesOf } from './values'

type Props = {
  rows: Rows
  facts: Fact[]
  onChange: (rows: Rows) => void
  /** What the server says of a part, by its pointer into the rows. */
  faultAt: (pointer: string) => string | undefined
}

export function ConditionRows({ rows, facts, onChange, faultAt }: Props) {
  const set = (place: Place, change: (item: Json) => Json | undefined) => onChange(changed(rows, place, change))
  const add = (place: Place, item: Json) => onChange(added(rows, place, item))
  return <GroupOf rows={rows} place={[]} pointer="" facts={facts} set={set} add={add} faultAt={faultAt} />
}

type Part = {
  place: Place
  pointer: string
  facts: Fact[]
  set: (place: Place, change: (item: Json) => Json | undefined) => void
  add: (place: Place, item: Json) => void
  faultAt: (pointer: string) => string | undefined
}

const named = (place: Place) => place.map((number) => number + 1).join('.')

function GroupOf({ rows, ...part }: Part & { rows: Rows }) {
  const { place, pointer, set, add, faultAt } = part
  const mode = modeOf(rows) ?? 'all'
  const name = place.length ? conditions.group(named(place)) : conditions.whole
  const at = `${pointer}/${mode}`
  const fault = faultAt(pointer) ?? faultAt(at)
  return (
    <fieldset className="pc-fieldset pc-conditions" aria-label={name}>
      <Group gap="xs" wrap="nowrap">
        <NativeSelect
          size="xs"
          className="pc-grow"
          aria-label={conditions.mode(place.length ? named(place) : conditions.whole)}
          value={mode}
          data={MODES.map((value) => ({ value, label: conditions.modes[value] }))}
          onChange={(event) => {
            const next = event.currentTarget.value as Mode
            set(place, (item) => withMode(item as Rows, next))
          }}
        />
        {place.length > 0 && <Remove name={name} onClick={() => set(place, () => undefined)} />}
      </Group>
      {fault && <p className="pc-fault">{fault}</p>}
      {itemsOf(rows).map((item, number) => {
        const inner = { ...part, place: [...place, number], pointer: `${at}/${number}` }
        return isRows(item) ? <GroupOf key={number} {...inner} rows={item} /> : <RowOf key={number} {...inner} row={item} />
      })}
      <Group gap="xs">
        <Button size="compact-xs" variant="default" onClick={() => add(place, EMPTY)} aria-label={label(conditions.addCondition, conditions.addConditionTo, place, name)}>
          {conditions.addCondition}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => add(place, { any: [EMPTY] })}
          aria-label={label(conditions.addGroup, conditions.addGroupTo, place, name)}
        >
          {conditions.addGroup}
        </Button>
      </Group>
    </fieldset>
  )
}

const label = (plain: string, to: (name: string) => string, place: Place, name: string) => (place.length ? to(name) : plain)

function Remove({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={conditions.remove(name)} onClick={onClick}>
      <IconX size={16} />
    </ActionIcon>
  )
}

function RowOf({ row, place, pointer, facts, set, faultAt }: Part & { row: Json }) {
  const { fact = '', operator = '', value } = isObject(row) ? row : {}
  const path = String(fact)
  const kind = kindOf(path, facts)
  const how = valueKind(String(operator), kind)
  const name = named(place)
  const known = facts.find((one) => one.path === path)
  const write = (member: 'fact' | 'operator' | 'value', next: Json) => set(place, (item) => rowWith(item, member, next))
  const choose = (next: string) => {
    const becomes = valueKind(next, kind)
    set(place, (item) => {
      const made = rowWith(item, 'operator', next)
      // What was typed stays, in the form that the operator takes.
      if (becomes !== how && 'value' in made) made.value = asked(becomes, how, made.value ?? '', kind)
      return made
    })
  }
  return (
    <div className="pc-condition" role="group" aria-label={conditions.condition(name)}>
      <Autocomplete
        size="xs"
        aria-label={conditions.fact(name)}
        placeholder={conditions.factPlaceholder}
        spellCheck={false}
        autoComplete="off"
        comboboxProps={{ withinPortal: false }}
        data={facts.map((one) => one.path)}
        limit={40}
        maxDropdownHeight={260}
        value={path}
        error={faultAt(`${pointer}/fact`) ?? faultAt(pointer)}
        description={known?.told}
        inputWrapperOrder={['input', 'description', 'error']}
        onChange={(next) => write('fact', next)}
      />
      <NativeSelect
        size="xs"
        aria-label={conditions.operator(name)}
        value={String(operator)}
        error={faultAt(`${pointer}/operator`)}
        data={operatorsFor(kind, String(operator)).map((one) => ({ value: one, label: conditions.operators[one] ?? one }))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {how === 'none' ? (
        <span />
      ) : (
        <Value
          key={how === 'list' ? 'list' : 'one'}
          label={conditions.value(name)}
          isList={how === 'list'}
          kind={how === 'list' ? kind : how}
          choices={known?.values}
          value={value}
          error={faultAt(`${pointer}/value`)}
          onChange={(next) => write('value', next)}
        />
      )}
      <Remove name={conditions.condition(name)} onClick={() => set(place, () => undefined)} />
    </div>
  )
}

function asked(becomes: ReturnType<typeof valueKind>, was: ReturnType<typeof valueKind>, value: Json, kind: Kind): Json {
  if (becomes === 'list') return was === 'none' ? [] : valuesOf(textOf(value, kind), kind)
  const text = Array.isArray(value) ? listText(value, kind) : textOf(value, kind)
  return becomes === 'none' ? '' : valueOf(text, becomes)
}

type ValueProps = {
  label: string
  isList: boolean
  kind: Kind
  choices?: Json[]
  value: Json | undefined
  error?: string
  onChange: (value: Json) => void
}

function Value({ label, isList, kind, choices, value, error, onChange }: ValueProps) {
  const shown = isList ? listText(value ?? [], kind) : textOf(value, kind)
  const [text, setText] = useState(shown)
  const sent = useRef(writeExact(value ?? ''))
  // A value that came from elsewhere replaces the text; one's own does not.
  useEffect(() => {
    const now = writeExact(value ?? '')
    if (sent.current === now) return
    sent.current = now
    setText(shown)
  }, [value, shown])
  const write = (typed: string) => {
    setText(typed)
    const next = isList ? valuesOf(typed, kind) : valueOf(typed, kind)
    sent.current = writeExact(next)
    onChange(next)
  }
  const common = { size: 'xs' as const, 'aria-label': label, error, spellCheck: false, autoComplete: 'off' }
  if (!isList && kind === 'boolean')
    return (
      <NativeSelect {...common} value={text} data={['', 'true', 'false']} onChange={(event) => write(event.currentTarget.value)} />
    )
  const placeholder = isList ? conditions.listPlaceholder : conditions.valuePlaceholder
  if (!isList && choices)
    return (
      <Autocomplete
        {...common}
        placeholder={placeholder}
        comboboxProps={{ withinPortal: false }}
        data={[...new Set(choices.map(told))]}
        value={text}
        onChange={write}
      />
    )
  return <TextInput {...common} placeholder={placeholder} value={text} onChange={(event) => write(event.currentTarget.value)} />
}
