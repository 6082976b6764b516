// A schema's properties as rows; objects and lists have theirs below them.

import { ActionIcon, Button, Checkbox, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { eventTypes } from '#words/event-types'
import { isObject, numberOf, writeExact, type Json, type JsonObject } from '../../../api/exactJson'
import { listText, valuesOf } from '../../../conditions/values'
import { JsonField } from '../../../schema-form/JsonField'
import { freeName, kindOf, KINDS, ofKind, propertiesOf, withProperties, type Kind, type Property } from './schemaTable'

const words = eventTypes.editor
const DEPTH_MAX = 6

type Props = {
  schema: JsonObject
  onChange: (schema: JsonObject) => void
  /** What the server says of a part, by its pointer into the schema. */
  faultAt: (pointer: string) => string | undefined
  path?: string
  depth?: number
}

export function SchemaTable({ schema, onChange, faultAt, path, depth = 0 }: Props) {
  const properties = propertiesOf(schema)
  const set = (place: number, property: Property | undefined) =>
    onChange(withProperties(schema, properties.flatMap((one, at) => (at === place ? (property ? [property] : []) : [one]))))
  const add = () => onChange(withProperties(schema, [...properties, { name: freeName(properties, words.stem), schema: { type: 'string' }, isRequired: false }]))
  return (
    <Stack gap="xs">
      {properties.map((property, place) => (
        <Row
          key={place}
          property={property}
          others={properties.filter((_, at) => at !== place).map((one) => one.name)}
          path={path ? `${path}.${property.name}` : property.name}
          depth={depth}
          onChange={(next) => set(place, next)}
          faultAt={(pointer) => faultAt(`/properties/${property.name.replaceAll('~', '~0').replaceAll('/', '~1')}${pointer}`)}
        />
      ))}
      <Button className="pc-start" size="compact-xs" variant="default" aria-label={path ? words.addPropertyTo(path) : words.addProperty} onClick={add}>
        {words.addProperty}
      </Button>
    </Stack>
  )
}

type RowProps = {
  property: Property
  others: string[]
  path: string
  depth: number
  onChange: (property: Property | undefined) => void
  faultAt: (pointer: string) => string | undefined
}

function Row({ property, others, path, depth, onChange, faultAt }: RowProps) {
  const fault = faultAt('')
  return (
    <fieldset className="pc-fieldset" aria-label={words.property(path)}>
      <Group gap="xs" align="flex-start">
        <NameField property={property} others={others} path={path} onChange={(name) => onChange({ ...property, name })} />
        <KindChoice schema={property.schema} path={path} depth={depth} onChange={(schema) => onChange({ ...property, schema })} />
        <Checkbox
          size="xs"
          mt={7}
          label={words.requiredShort}
          aria-label={words.required(path)}
          checked={property.isRequired}
          onChange={(event) => onChange({ ...property, isRequired: event.currentTarget.checked })}
        />
        <ActionIcon variant="subtle" color="gray" aria-label={words.remove(path)} onClick={() => onChange(undefined)}>
          <IconX size={16} />
        </ActionIcon>
      </Group>
      {fault && <p className="pc-fault">{fault}</p>}
      <Details schema={property.schema} path={path} depth={depth} onChange={(schema) => onChange({ ...property, schema })} faultAt={faultAt} />
    </fieldset>
  )
}

/** A name is taken over once it is none that another property has. */
function NameField({ property, others, path, onChange }: { property: Property; others: string[]; path: string; onChange: (name: string) => void }) {
  const [text, setText] = useState(property.name)
  const sent = useRef(property.name)
  useEffect(() => {
    if (sent.current !== property.name) setText((sent.current = property.name))
  }, [property.name])
  return (
    <TextInput
      size="xs"
      className="pc-grow"
      aria-label={words.propertyName(path)}
      spellCheck={false}
      autoComplete="off"
      value={text}
      error={text === '' || others.includes(text)}
      onChange={(event) => {
        const name = event.currentTarget.value
        setText(name)
        if (name === '' || others.includes(name)) return
        sent.current = name
        onChange(name)
      }}
    />
  )
}

function KindChoice({ schema, path, depth, onChange }: { schema: Json; path: string; depth: number; onChange: (schema: Json) => void }) {
  const kind = kindOf(schema)
  const kinds = KINDS.filter((one) => depth < DEPTH_MAX || (one !== 'object' && one !== 'array'))
  return (
    <NativeSelect
      size="xs"
      aria-label={words.kind(path)}
      value={kind ?? 'JSON'}
      data={[...kinds.map((value) => ({ value: value as string, label: words.kinds[value] })), ...(kind ? [] : [{ value: 'JSON', label: words.json }])]}
      onChange={(event) => onChange(ofKind(schema, event.currentTarget.value as Kind))}
    />
  )
}

type DetailsProps = { schema: Json; path: string; depth: number; onChange: (schema: Json) => void; faultAt: (pointer: string) => string | undefined }

const BOUNDS: Partial<Record<Kind, string[]>> = {
  string: ['minLength', 'maxLength', 'pattern'],
  number: ['minimum', 'maximum'],
  integer: ['minimum', 'maximum'],
  email: ['maxLength'],
  array: ['minItems', 'maxItems'],
}

/** What bounds a property, and what is below it; as JSON, where the form cannot show all of it. */
function Details(props: DetailsProps) {
  const { schema, path, depth, onChange, faultAt } = props
  const kind = kindOf(schema)
  if (kind === undefined || !isObject(schema) || depth > DEPTH_MAX)
    return (
      <JsonField
        label={words.asJson(path)}
        description={words.asJsonHelp}
        value={schema}
        onChange={(next) => next !== undefined && onChange(next)}
        error={faultAt('')}
      />
    )
  const set = (keyword: string, value: Json | undefined) => {
    const { [keyword]: _, ...rest } = schema
    onChange(value === undefined || value === '' ? rest : { ...schema, [keyword]: value })
  }
  return (
    <Stack gap="xs" mt={6}>
      <div className="pc-fields">
        {kind === 'choice' && (
          <Choices label={words.choices(path)} values={schema.enum as Json[]} error={faultAt('/enum')} onChange={(values) => set('enum', values)} />
        )}
        {(BOUNDS[kind] ?? []).map((bound) => (
          <TextInput
            key={bound}
            size="xs"
            label={words.bound[bound]}
            aria-label={words.boundOf(words.bound[bound] ?? bound, path)}
            autoComplete="off"
            value={schema[bound] == null ? '' : String(schema[bound])}
            error={faultAt(`/${bound}`)}
            onChange={(event) => set(bound, bound === 'pattern' ? event.currentTarget.value : (numberOf(event.currentTarget.value.trim()) ?? event.currentTarget.value))}
          />
        ))}
        <TextInput
          size="xs"
          label={words.meaningShort}
          aria-label={words.meaning(path)}
          value={schema.description == null ? '' : String(schema.description)}
          onChange={(event) => set('description', event.currentTarget.value)}
        />
      </div>
      {kind === 'object' && <SchemaTable schema={schema} path={path} depth={depth + 1} onChange={onChange} faultAt={faultAt} />}
      {kind === 'array' && <Items schema={schema} path={path} depth={depth} onChange={onChange} faultAt={faultAt} />}
    </Stack>
  )
}

function Items({ schema, path, depth, onChange, faultAt }: Omit<DetailsProps, 'schema'> & { schema: JsonObject }) {
  const items: Json = schema.items ?? {}
  const at = `${path} ${words.items}`
  const set = (next: Json) => onChange({ ...schema, items: next })
  return (
    <fieldset className="pc-fieldset" aria-label={words.property(at)}>
      <legend>{words.items}</legend>
      <KindChoice schema={items} path={at} depth={depth + 1} onChange={set} />
      <Details schema={items} path={at} depth={depth + 1} onChange={set} faultAt={(pointer) => faultAt(`/items${pointer}`)} />
    </fieldset>
  )
}

function Choices({ label, values, error, onChange }: { label: string; values: Json[]; error?: string; onChange: (values: Json[]) => void }) {
  const [text, setText] = useState(() => listText(values, 'text'))
  const sent = useRef(writeExact(values))
  useEffect(() => {
    if (sent.current === writeExact(values)) return
    sent.current = writeExact(values)
    setText(listText(values, 'text'))
  }, [values])
  return (
    <TextInput
      size="xs"
      label={label}
      description={words.choicesHelp}
      value={text}
      error={error}
      onChange={(event) => {
        setText(event.currentTarget.value)
        const next = valuesOf(event.currentTarget.value, 'text')
        sent.current = writeExact(next)
        onChange(next)
      }}
    />
  )
}
