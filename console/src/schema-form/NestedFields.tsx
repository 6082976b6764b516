// Fields that hold others: objects, arrays, and one of several alternatives.

import { ActionIcon, Button, Group, NativeSelect, Stack } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { schemaForm as words } from '#words/schema-form'
import type { Json } from '../api/exactJson'
import { AsJson } from './AsJson'
import type { FieldProps, NodeProps, Value } from './field'
import { Adding, Frame } from './frames'
import { nodeOf, type Alternative, type Member } from './schema'
// A form is a tree: what holds fields and the field of any node need each other.
import { Field } from './SchemaForm'
import { fits, initial, matching, pointerTo, switched, withMember } from './value'

const SHOWN_DEPTH_MAX = 4

export function ObjectField(props: NodeProps & { members: Member[] }) {
  const isThere = props.value !== undefined && props.value !== null
  // One that requires itself, and so on, is shown as far as somebody asks for it.
  if (!isThere && (!props.required || props.depth > SHOWN_DEPTH_MAX))
    return <Adding {...props} onAdd={() => props.onChange(initial(props.schema, props.root) ?? {})} />
  return (
    <Frame {...props} onRemove={props.required ? undefined : () => props.onChange(undefined)}>
      <Members {...props} />
    </Frame>
  )
}

export function Members(props: FieldProps & { members: Member[] }) {
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

export function ArrayField(props: NodeProps & { items: Json }) {
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
          <ActionIcon variant="subtle" color="red" mt={24} aria-label={words.remove(`${name} ${place + 1}`)} onClick={() => remove(place)}>
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
        {words.addTo(props.label)}
      </Button>
    </Frame>
  )
}

export function ChoiceField(props: NodeProps & { options: Alternative[] }) {
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
        aria-label={words.kindOf(props.label)}
        value={String(active)}
        onChange={(event) => choose(Number(event.currentTarget.value))}
        data={[{ value: '-1', label: active < 0 && !isOpen ? words.somethingElse : words.notSet }, ...choices]}
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
