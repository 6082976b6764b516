// The plain fields of the editor: a text, a number, and a choice, each in its place of an object.

import { NativeSelect, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Json, JsonObject } from '../../../api/exactJson'
import { typedNumber, withMember } from './draft'

type Own = {
  label: string
  name: string
  object: JsonObject
  onChange: (object: JsonObject) => void
  error?: string
  description?: ReactNode
  placeholder?: string
  required?: boolean
}

const shown = (value: Json | undefined) => (value == null ? '' : String(value))

export function TextOf({ name, object, onChange, required, ...rest }: Own) {
  return (
    <TextInput
      {...rest}
      className={required ? 'pc-required' : undefined}
      aria-required={required}
      autoComplete="off"
      spellCheck={false}
      value={shown(object[name])}
      onChange={(event) => onChange(withMember(object, name, event.currentTarget.value))}
    />
  )
}

export function NumberOf({ name, object, onChange, required, ...rest }: Own) {
  return (
    <TextInput
      {...rest}
      className={required ? 'pc-required' : undefined}
      inputMode="decimal"
      autoComplete="off"
      value={shown(object[name])}
      onChange={(event) => onChange(withMember(object, name, typedNumber(event.currentTarget.value)))}
    />
  )
}

type Choice = Own & { choices: Record<string, string>; usual: string }

/** A choice of words; the usual one is not said. */
export function ChoiceOf({ name, object, onChange, choices, usual, required: _, ...rest }: Choice) {
  return (
    <NativeSelect
      {...rest}
      value={shown(object[name]) || usual}
      data={Object.entries(choices).map(([value, label]) => ({ value, label }))}
      onChange={(event) => {
        const { value } = event.currentTarget
        onChange(withMember(object, name, value === usual ? undefined : value))
      }}
    />
  )
}
