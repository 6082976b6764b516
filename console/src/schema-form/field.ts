// What a field of the form is given, and what every plain one shows.

import { schemaForm as words } from '#words/schema-form'
import type { Json } from '../api/exactJson'
import type { FieldErrors } from '../api/problem'
import { told, type Node } from './schema'

export type Value = Json | undefined
export type FieldProps = {
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
/** A field whose schema has been read. */
export type NodeProps = FieldProps & { node: Node; error?: string }

/** What every plain field shows. */
export function faceOf({ node, label, required, isItem, error }: NodeProps) {
  const { description, examples, default: usual } = node.schema
  const example = Array.isArray(examples) && examples.length ? words.example(told(examples[0]!)) : undefined
  return {
    label,
    description: typeof description === 'string' ? description : undefined,
    'aria-required': required || undefined,
    className: required && !isItem ? 'pc-required' : undefined,
    error,
    placeholder: usual === undefined ? example : words.leftOut(told(usual)),
  }
}
