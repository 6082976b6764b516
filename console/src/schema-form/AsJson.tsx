import { schemaForm as words } from '#words/schema-form'
import { faceOf, type NodeProps } from './field'
import { JsonField } from './JsonField'

/** A node that no field can show, as JSON, with what is wrong anywhere in it. */
export function AsJson(props: NodeProps) {
  const below = Object.entries(props.errors)
    .filter(([pointer]) => pointer === props.pointer || pointer.startsWith(`${props.pointer}/`))
    .map(([pointer, details]) => `${pointer.slice(props.pointer.length)} ${details.join(' ')}`.trim())
  const { placeholder: _, label, description, ...rest } = faceOf(props)
  return (
    <JsonField
      {...rest}
      label={words.asJson(label)}
      description={description}
      error={below.join(' ') || undefined}
      value={props.value}
      onChange={props.onChange}
    />
  )
}
