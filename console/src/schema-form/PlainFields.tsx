// Fields of one value: a text, a number, a choice, a constant.

import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { schemaForm as words } from '#words/schema-form'
import { numberOf, type Json } from '../api/exactJson'
import { faceOf, type NodeProps } from './field'
import { told, type Node, type Schema } from './schema'
import { same } from './value'

const DATE = /^\d{4}-\d\d-\d\d$/

export function TextField(props: NodeProps & { kind: string }) {
  const text = typeof props.value === 'string' ? props.value : ''
  const set = (typed: string) => props.onChange(typed === '' ? undefined : typed)
  if (props.kind === 'long')
    return <Textarea {...faceOf(props)} rows={3} value={text} onChange={(event) => set(event.currentTarget.value)} />
  const picks = props.kind === 'date' && (text === '' || DATE.test(text))
  return (
    <TextInput
      {...faceOf(props)}
      type={picks ? 'date' : 'text'}
      inputMode={props.kind === 'email' ? 'email' : undefined}
      autoComplete="off"
      value={text}
      onChange={(event) => set(event.currentTarget.value)}
    />
  )
}

/** A number is typed as a text and stays one until it is sent: 12.50 is sent as 12.50. */
export function NumberField(props: NodeProps & { whole: boolean }) {
  const text = props.value === undefined || props.value === null ? '' : told(props.value)
  const wrong = typeof props.value === 'string' ? words.number(props.whole ? '12' : '12.50') : undefined
  const set = (typed: string) => props.onChange(typed === '' ? undefined : (numberOf(typed) ?? typed))
  return (
    <TextInput
      {...faceOf(props)}
      error={props.error ?? wrong}
      inputMode={props.whole ? 'numeric' : 'decimal'}
      autoComplete="off"
      value={text}
      onChange={(event) => set(event.currentTarget.value.trim())}
    />
  )
}

export function Pick(props: NodeProps & { choices: Json[]; labels: string[] }) {
  const chosen = props.choices.findIndex((choice) => props.value !== undefined && same(choice, props.value))
  const { placeholder: _, ...rest } = faceOf(props)
  return (
    <NativeSelect
      {...rest}
      value={String(chosen)}
      onChange={(event) => props.onChange(props.choices[Number(event.currentTarget.value)])}
      data={[{ value: '-1', label: words.notSet }, ...props.labels.map((label, place) => ({ value: String(place), label }))]}
    />
  )
}

/** The title of an enum's value, where a `oneOf` of constants gives it one. */
export function titleOf(node: Node, value: Json): string {
  const alternatives = node.schema.oneOf ?? node.schema.anyOf
  const list = Array.isArray(alternatives) ? (alternatives as Schema[]) : []
  const found = list.find((one) => one?.const !== undefined && same(one.const, value))
  return typeof found?.title === 'string' ? found.title : told(value)
}

export function ConstField(props: NodeProps & { constant: Json }) {
  const isSet = props.value !== undefined && props.value !== null
  return (
    <Checkbox
      label={`${props.label}: ${told(props.constant)}`}
      description={props.required ? words.alwaysSo : undefined}
      error={props.error}
      checked={isSet}
      disabled={props.required && isSet}
      onChange={(event) => props.onChange(event.currentTarget.checked ? props.constant : undefined)}
    />
  )
}
