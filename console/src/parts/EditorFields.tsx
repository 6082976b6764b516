// The fields of a form, by their kinds.

import { MultiSelect, NativeSelect, Switch, Textarea, TextInput } from '@mantine/core'
import { CodeEditor } from './CodeEditor'
import type { Draft, Field } from './editor'

type Props = {
  fields: Field[]
  draft: Draft
  onChange: (at: string, value: unknown) => void
  faultAt: (pointer: string) => string | undefined
  /** Whether it is there already: what is fixed is shown, and not changed. */
  isThere: boolean
}

export function EditorFields(props: Props) {
  const shown = props.fields.filter((field) => !field.when || field.when(props.draft))
  const sections = [...new Set(shown.map((field) => field.section))]
  return (
    <>
      {sections.map((section) =>
        section === undefined ? (
          <Together key="" {...props} fields={shown.filter((field) => field.section === undefined)} />
        ) : (
          <fieldset key={section} className="pc-fieldset">
            <legend>{section}</legend>
            <Together {...props} fields={shown.filter((field) => field.section === section)} />
          </fieldset>
        ),
      )}
    </>
  )
}

function Together({ fields, draft, onChange, faultAt, isThere }: Props) {
  return (
    <div className="pc-fields">
      {fields.map((field) => (
          <div key={field.at} className={isWide(field) ? 'pc-wide' : undefined}>
            <OneField
              field={field}
              draft={draft}
              isFixed={isThere && field.isFixed === true}
              onChange={(value) => onChange(field.at, value)}
              faultAt={faultAt}
            />
          </div>
      ))}
    </div>
  )
}

function isWide(field: Field): boolean {
  if (field.kind === 'own') return !field.isNarrow
  return ['json', 'several'].includes(field.kind) || (field.kind === 'text' && (field.lines ?? 1) > 1)
}

type One = {
  field: Field
  draft: Draft
  isFixed: boolean
  onChange: (value: unknown) => void
  faultAt: (pointer: string) => string | undefined
}

function OneField({ field, draft, isFixed, onChange, faultAt }: One) {
  const value = draft[field.at]
  const text = String(value ?? '')
  const error = faultAt(field.at)
  const named = {
    label: field.label,
    description: field.hint,
    error,
    disabled: isFixed,
    className: field.required ? 'pc-required' : undefined,
    'aria-required': field.required,
  }
  const typed = {
    ...named,
    autoComplete: 'off',
    value: text,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  }
  switch (field.kind) {
    case 'own':
      return field.render({
        label: field.label,
        value,
        onChange,
        draft,
        faultAt: (rest) => faultAt(field.at + (rest ?? '')),
      })
    case 'flag':
      return (
        <Switch
          label={field.label}
          description={field.hint}
          error={error}
          disabled={isFixed}
          mt={4}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )
    case 'choice':
      return (
        <NativeSelect
          {...named}
          value={text}
          data={field.none === undefined && text !== '' ? field.options : [{ value: '', label: field.none ?? '' }, ...field.options]}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    case 'several':
      return (
        <MultiSelect
          {...named}
          comboboxProps={{ withinPortal: false }}
          data={field.options}
          value={value as string[]}
          onChange={onChange}
          searchable
          clearable
        />
      )
    case 'json':
      return (
        <CodeEditor
          label={field.label}
          description={field.hint}
          error={error}
          value={text}
          onChange={onChange}
          lines={{ min: 4, max: 16 }}
        />
      )
    case 'text':
      if ((field.lines ?? 1) > 1) return <Textarea {...typed} rows={field.lines} />
      return <TextInput {...typed} />
    default:
      return <TextInput {...typed} inputMode={field.kind === 'number' ? 'numeric' : undefined} />
  }
}
