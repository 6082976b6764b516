// A form made from a JSON Schema. Only what somebody sets is in the value: no defaults, no empty texts, no zeros.

import { ActionIcon, Button, Checkbox, Group, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { numberOf, writeExact, type Json } from '../api/exactJson'
import type { FieldErrors } from '../api/problem'
import { DateTimeField } from './DateTimeField'
import { JsonField } from './JsonField'
import {
  fits,
  initial,
  matching,
  nodeOf,
  pointerTo,
  same,
  switched,
  told,
  withMember,
  type Alternative,
  type Member,
  type Node,
  type Schema,
} from './schema'

type Value = Json | undefined
type FieldProps = {
  schema: Json
  root: Json
  value: Value
  onChange: (value: Value) => void
  pointer: string
  label: string
  required: boolean
  /** One of an array's: it has to be there, for it was added. */
  isItem?: boolean
  errors: FieldErrors
  zone: string
  depth: number
}

const DEPTH_MAX = 12
const DATE = /^\d{4}-\d\d-\d\d$/

export function SchemaForm(props: {
  schema: Json
  value: Value
  onChange: (value: Value) => void
  errors: FieldErrors
  zone: string
}) {
  const { shape } = nodeOf(props.schema, props.schema)
  const own = { ...props, root: props.schema, pointer: '', label: 'The whole payload', required: true, depth: 0 }
  if (shape.kind !== 'object' || !fits(shape, props.value)) return <Field {...own} />
  return (
    <Stack gap="sm">
      <Faults errors={props.errors['']} />
      <Members {...own} members={shape.members} />
    </Stack>
  )
}

function Field(props: FieldProps) {
  const node = nodeOf(props.schema, props.root)
  const label = typeof node.schema.title === 'string' && node.schema.title ? node.schema.title : props.label
  const inner: NodeProps = { ...props, label, node, error: props.errors[props.pointer]?.join(' ') }
  if (node.shape.kind === 'json' || props.depth > DEPTH_MAX || !fits(node.shape, props.value)) return <AsJson {...inner} />
  if (!node.nullable) return <Shaped {...inner} />
  return (
    <Stack gap={4}>
      {props.value === null ? <TextInput {...common(inner)} value="null" readOnly /> : <Shaped {...inner} />}
      <Checkbox
        size="xs"
        label={`${label} is null`}
        checked={props.value === null}
        onChange={(event) => props.onChange(event.currentTarget.checked ? null : undefined)}
      />
    </Stack>
  )
}

type NodeProps = FieldProps & { node: Node; error?: string }

function Shaped(props: NodeProps) {
  const { shape } = props.node
  switch (shape.kind) {
    case 'object':
      return <ObjectField {...props} members={shape.members} />
    case 'array':
      return <ArrayField {...props} items={shape.items} />
    case 'choice':
      return <ChoiceField {...props} options={shape.options} />
    case 'const':
      return <ConstField {...props} constant={shape.value} />
    case 'enum':
      return <Pick {...props} choices={shape.values} labels={shape.values.map((value) => titleOf(props.node, value))} />
    case 'boolean':
      return <Pick {...props} choices={[true, false]} labels={['Yes', 'No']} />
    case 'number':
    case 'integer':
      return <NumberField {...props} whole={shape.kind === 'integer'} />
    case 'date-time':
      return (
        <DateTimeField
          {...common(props)}
          required={props.required}
          value={(props.value as string | null) ?? undefined}
          zone={props.zone}
          onChange={props.onChange}
        />
      )
    default:
      return <TextField {...props} kind={shape.kind} />
  }
}

/** What every plain field shows. */
function common({ node, label, required, isItem, error }: NodeProps) {
  const { description, examples, default: usual } = node.schema
  const example = Array.isArray(examples) && examples.length ? `for example ${told(examples[0]!)}` : undefined
  return {
    label,
    description: typeof description === 'string' ? description : undefined,
    'aria-required': required || undefined,
    className: required && !isItem ? 'pc-required' : undefined,
    error,
    placeholder: usual === undefined ? example : `left out: ${told(usual)}`,
  }
}

function TextField(props: NodeProps & { kind: string }) {
  const text = typeof props.value === 'string' ? props.value : ''
  const set = (typed: string) => props.onChange(typed === '' ? undefined : typed)
  if (props.kind === 'long')
    return <Textarea {...common(props)} rows={3} value={text} onChange={(event) => set(event.currentTarget.value)} />
  const picks = props.kind === 'date' && (text === '' || DATE.test(text))
  return (
    <TextInput
      {...common(props)}
      type={picks ? 'date' : 'text'}
      inputMode={props.kind === 'email' ? 'email' : undefined}
      autoComplete="off"
      value={text}
      onChange={(event) => set(event.currentTarget.value)}
    />
  )
}

/** A number is typed as a text and stays one until it is sent: 12.50 is sent as 12.50. */
function NumberField(props: NodeProps & { whole: boolean }) {
  const text = props.value === undefined || props.value === null ? '' : told(props.value)
  const wrong = typeof props.value === 'string' ? `Write a number, such as ${props.whole ? '12' : '12.50'}.` : undefined
  const set = (typed: string) => props.onChange(typed === '' ? undefined : (numberOf(typed) ?? typed))
  return (
    <TextInput
      {...common(props)}
      error={props.error ?? wrong}
      inputMode={props.whole ? 'numeric' : 'decimal'}
      autoComplete="off"
      value={text}
      onChange={(event) => set(event.currentTarget.value.trim())}
    />
  )
}

function Pick(props: NodeProps & { choices: Json[]; labels: string[] }) {
  const chosen = props.choices.findIndex((choice) => props.value !== undefined && same(choice, props.value))
  const { placeholder: _, ...rest } = common(props)
  return (
    <NativeSelect
      {...rest}
      value={String(chosen)}
      onChange={(event) => props.onChange(props.choices[Number(event.currentTarget.value)])}
      data={[{ value: '-1', label: 'Not set' }, ...props.labels.map((label, place) => ({ value: String(place), label }))]}
    />
  )
}

/** The title of an enum's value, where a `oneOf` of constants gives it one. */
function titleOf(node: Node, value: Json): string {
  const alternatives = node.schema.oneOf ?? node.schema.anyOf
  const list = Array.isArray(alternatives) ? (alternatives as Schema[]) : []
  const found = list.find((one) => one?.const !== undefined && same(one.const, value))
  return typeof found?.title === 'string' ? found.title : told(value)
}

function ConstField(props: NodeProps & { constant: Json }) {
  const isSet = props.value !== undefined && props.value !== null
  return (
    <Checkbox
      label={`${props.label}: ${told(props.constant)}`}
      description={props.required ? 'Always so.' : undefined}
      error={props.error}
      checked={isSet}
      disabled={props.required && isSet}
      onChange={(event) => props.onChange(event.currentTarget.checked ? props.constant : undefined)}
    />
  )
}

function ObjectField(props: NodeProps & { members: Member[] }) {
  const isThere = props.value !== undefined && props.value !== null
  if (!isThere && !props.required) return <Adding {...props} onAdd={() => props.onChange(initial(props.schema, props.root) ?? {})} />
  return (
    <Frame {...props} onRemove={props.required ? undefined : () => props.onChange(undefined)}>
      <Members {...props} />
    </Frame>
  )
}

function Members(props: FieldProps & { members: Member[] }) {
  const isSmall = (member: Member) => !['object', 'array', 'choice', 'json'].includes(nodeOf(member.schema, props.root).shape.kind)
  const set = (name: string, value: Value) => {
    const made = withMember(props.value, props.members, name, value, props.root)
    // An object that has to be there is there as soon as something is in it, and no longer than that.
    props.onChange(Object.keys(made).length === 0 && props.required ? undefined : made)
  }
  const object = (props.value ?? {}) as { [name: string]: Json }
  const field = (member: Member) => (
    <Field
      key={member.name}
      {...props}
      isItem={false}
      schema={member.schema}
      label={member.name}
      required={member.required}
      pointer={pointerTo(props.pointer, member.name)}
      depth={props.depth + 1}
      value={Object.hasOwn(object, member.name) ? object[member.name] : undefined}
      onChange={(value) => set(member.name, value)}
    />
  )
  const small = props.members.filter(isSmall)
  return (
    <Stack gap="sm">
      {small.length > 0 && <div className="pc-fields">{small.map(field)}</div>}
      {props.members.filter((member) => !isSmall(member)).map(field)}
    </Stack>
  )
}

function ArrayField(props: NodeProps & { items: Json }) {
  const list = Array.isArray(props.value) ? props.value : []
  const item = nodeOf(props.items, props.root)
  const name = typeof item.schema.title === 'string' ? item.schema.title : props.label
  const replace = (place: number, value: Value) =>
    props.onChange(list.map((before, at) => (at === place ? (value ?? null) : before)))
  const remove = (place: number) => {
    const rest = list.filter((_, at) => at !== place)
    props.onChange(rest.length ? rest : undefined)
  }
  // An empty item is null until it is set: an array has no gaps.
  const start = () => initial(props.items, props.root) ?? (item.shape.kind === 'object' ? {} : null)
  return (
    <Frame {...props}>
      {list.map((value, place) => (
        <Group key={place} align="flex-start" wrap="nowrap" gap="xs">
          <div className="pc-grow">
            <Field
              {...props}
              schema={props.items}
              label={`${name} ${place + 1}`}
              required
              isItem
              pointer={pointerTo(props.pointer, place)}
              depth={props.depth + 1}
              value={value}
              onChange={(changed) => replace(place, changed ?? (item.shape.kind === 'object' ? {} : undefined))}
            />
          </div>
          <ActionIcon variant="subtle" color="red" mt={24} aria-label={`Remove ${name} ${place + 1}`} onClick={() => remove(place)}>
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        size="xs"
        variant="default"
        className="pc-start"
        leftSection={<IconPlus size={14} />}
        onClick={() => props.onChange([...list, start()])}
      >
        Add to {props.label}
      </Button>
    </Frame>
  )
}

function ChoiceField(props: NodeProps & { options: Alternative[] }) {
  const [picked, setPicked] = useState<number | null>(null)
  const fitting = matching(props.options, props.value, props.root)
  const isOpen = props.value === undefined || props.value === null
  const active = picked !== null && (isOpen || fitting.includes(picked)) ? picked : (fitting[0] ?? -1)
  const option = props.options[active]
  const choose = (place: number) => {
    setPicked(place < 0 ? null : place)
    const next = props.options[place]
    props.onChange(next ? switched(next, props.value, props.root) : undefined)
  }
  const choices = props.options.map(({ label }, place) => ({ value: String(place), label }))
  return (
    <Frame {...props}>
      <NativeSelect
        aria-label={`Kind of ${props.label}`}
        value={String(active)}
        onChange={(event) => choose(Number(event.currentTarget.value))}
        data={[{ value: '-1', label: active < 0 && !isOpen ? 'Something else' : 'Not set' }, ...choices]}
      />
      {option && <Chosen {...props} option={option} />}
      {!option && !isOpen && <AsJson {...props} />}
    </Frame>
  )
}

function Chosen(props: NodeProps & { option: Alternative }) {
  const node = nodeOf(props.option.schema, props.root)
  if (node.shape.kind === 'object' && fits(node.shape, props.value))
    return <Members {...props} depth={props.depth + 1} required={false} members={node.shape.members} />
  const { title: _, ...schema } = node.schema
  return <Field {...props} depth={props.depth + 1} schema={schema as Json} label={`${props.label}: ${props.option.label}`} />
}

function AsJson(props: NodeProps) {
  const below = Object.entries(props.errors)
    .filter(([pointer]) => pointer === props.pointer || pointer.startsWith(`${props.pointer}/`))
    .map(([pointer, details]) => `${pointer.slice(props.pointer.length)} ${details.join(' ')}`.trim())
  const { placeholder: _, label, description, ...rest } = common(props)
  return (
    <JsonField
      {...rest}
      label={`${label} (JSON)`}
      description={description}
      error={below.join(' ') || undefined}
      value={props.value}
      onChange={props.onChange}
    />
  )
}

// frames ------------------------------------------------------------------------------------------

function Frame(props: NodeProps & { onRemove?: () => void; children: ReactNode }) {
  const { description } = props.node.schema
  return (
    <fieldset className="pc-fieldset">
      <legend>
        {props.label}
        {props.required && !props.isItem && (
          <Text span size="xs" c="dimmed">
            required
          </Text>
        )}
        {props.onRemove && (
          <ActionIcon size="sm" variant="subtle" color="red" aria-label={`Remove ${props.label}`} onClick={props.onRemove}>
            <IconTrash size={14} />
          </ActionIcon>
        )}
      </legend>
      <Stack gap="sm">
        {typeof description === 'string' && (
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        )}
        <Faults errors={props.errors[props.pointer]} />
        {props.children}
      </Stack>
    </fieldset>
  )
}

function Adding(props: NodeProps & { onAdd: () => void }) {
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          {props.label}
        </Text>
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={props.onAdd}>
          Add {props.label}
        </Button>
      </Group>
      <Faults errors={props.errors[props.pointer]} />
    </Stack>
  )
}

function Faults({ errors }: { errors?: string[] }) {
  if (!errors?.length) return null
  return (
    <Text size="xs" c="var(--mantine-color-error)" role="alert">
      {errors.join(' ')}
    </Text>
  )
}

/** The value as a text, for whoever compares. */
export function textOf(value: Value): string {
  return value === undefined ? '' : writeExact(value, 2)
}
