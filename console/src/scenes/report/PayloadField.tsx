// The payload, as a form or as JSON: two views of one state.

import { Tabs, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { report } from '#words/report'
import type { Json } from '../../api/exactJson'
import type { FieldErrors } from '../../api/problem'
import { useSession } from '../../api/session'
import { Rows } from '../../parts/notices'
import { SchemaForm } from '../../schema-form/SchemaForm'
import { faultOf, textOf, typed, type Draft } from './draft'

const words = report.payload

type Props = {
  draft: Draft
  onChange: (change: (before: Draft) => Draft) => void
  schema: Json | null | undefined
  errors: FieldErrors
  isLoading: boolean
}

export function PayloadField(props: Props) {
  const { draft } = props
  const [tab, setTab] = useState<string | null>(draft.text === undefined ? 'form' : 'json')
  const show = (next: string | null) => {
    setTab(next)
    // What is set in the form is what the JSON shows, unless somebody is in the middle of typing it.
    if (next === 'form' && faultOf(draft) === undefined) props.onChange(({ text: _, ...before }) => before)
  }
  return (
    <Tabs value={tab} onChange={show} keepMounted={false}>
      <Tabs.List mb="sm">
        <Tabs.Tab value="form">{words.form}</Tabs.Tab>
        <Tabs.Tab value="json">{words.json}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="form">
        <AsForm {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="json">
        <AsJson {...props} />
      </Tabs.Panel>
    </Tabs>
  )
}

function AsForm({ draft, onChange, schema, errors, isLoading }: Props) {
  const zone = useSession().tenant.timeZone
  const set = (payload: Json | undefined) => onChange((before) => ({ ...before, payload, text: undefined }))
  const fault = faultOf(draft)
  if (fault) return <Hint>{words.broken(fault)}</Hint>
  if (isLoading) return <Rows count={3} height={52} />
  if (!draft.type) return <Hint>{words.chooseType}</Hint>
  if (schema === undefined) return <Hint>{words.unknownType}</Hint>
  if (schema === null)
    return <Hint>{words.noSchema}</Hint>
  return <SchemaForm key={draft.type} schema={schema} value={draft.payload} onChange={set} errors={errors} zone={zone} />
}

function AsJson({ draft, onChange, errors }: Props) {
  const told = Object.entries(errors).map(([pointer, details]) => `${pointer} ${details.join(' ')}`.trim())
  return (
    <Textarea
      label={words.label}
      description={words.hint}
      className="pc-textarea-mono"
      rows={12}
      spellCheck={false}
      autoComplete="off"
      value={textOf(draft)}
      error={faultOf(draft) ?? (told.join(' ') || undefined)}
      onChange={(event) => {
        const text = event.currentTarget.value
        onChange((before) => typed(before, text))
      }}
    />
  )
}

function Hint({ children }: { children: React.ReactNode }) {
  return (
    <Text size="sm" c="dimmed" py="sm">
      {children}
    </Text>
  )
}
