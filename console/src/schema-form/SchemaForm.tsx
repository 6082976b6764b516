// A form made from a JSON Schema. Only what somebody sets is in the value: no defaults, no empty texts, no zeros.

import { Checkbox, Stack, TextInput } from '@mantine/core'
import { schemaForm as words } from '#words/schema-form'
import type { Json } from '../api/exactJson'
import type { FieldErrors } from '../api/problem'
import { AsJson } from './AsJson'
import { DateTimeField } from './DateTimeField'
import { faceOf, type FieldProps, type NodeProps, type Value } from './field'
import { Faults } from './frames'
import { ArrayField, ChoiceField, Members, ObjectField } from './NestedFields'
import { ConstField, NumberField, Pick, TextField, titleOf } from './PlainFields'
import { nodeOf } from './schema'
import { fits } from './value'

const DEPTH_MAX = 12

export function SchemaForm(props: {
  schema: Json
  value: Value
  onChange: (value: Value) => void
  errors: FieldErrors
  zone: string
}) {
  const { shape } = nodeOf(props.schema, props.schema)
  const own = { ...props, root: props.schema, pointer: '', label: words.whole, required: true, depth: 0 }
  if (shape.kind !== 'object' || !fits(shape, props.value)) return <Field {...own} />
  return (
    <Stack gap="sm">
      <Faults errors={props.errors['']} />
      <Members {...own} members={shape.members} />
    </Stack>
  )
}

/** The field of one node, with all that is below it. */
export function Field(props: FieldProps) {
  const node = nodeOf(props.schema, props.root)
  const label = typeof node.schema.title === 'string' && node.schema.title ? node.schema.title : props.label
  const inner: NodeProps = { ...props, label, node, error: props.errors[props.pointer]?.join(' ') }
  if (node.shape.kind === 'json' || props.depth > DEPTH_MAX || !fits(node.shape, props.value)) return <AsJson {...inner} />
  if (!node.nullable) return <Shaped {...inner} />
  return (
    <Stack gap={4}>
      {props.value === null ? <TextInput {...faceOf(inner)} value="null" readOnly /> : <Shaped {...inner} />}
      <Checkbox
        size="xs"
        label={words.isNull(label)}
        checked={props.value === null}
        onChange={(event) => props.onChange(event.currentTarget.checked ? null : undefined)}
      />
    </Stack>
  )
}

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
      return <Pick {...props} choices={[true, false]} labels={[words.yes, words.no]} />
    case 'number':
    case 'integer':
      return <NumberField {...props} whole={shape.kind === 'integer'} />
    case 'date-time':
      return (
        <DateTimeField
          {...faceOf(props)}
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
