// An object that is sent as a whole: what of it has no field of its own goes along as it came.

import { Textarea, TextInput } from '@mantine/core'
import { isObject, numberOf, parseExact, writeExact, type Json, type JsonObject } from '../api/exactJson'
import type { Field, Own } from './editor'

export type Member = { name: string; label: string; kind: 'text' | 'number' | 'words' | 'json'; hint?: string; required?: boolean }
type Written = { texts: Record<string, string>; rest: JsonObject }

export function wholeField(at: string, label: string, members: Member[]): Field {
  return {
    kind: 'own',
    at,
    label,
    initially: { texts: {}, rest: {} } satisfies Written,
    read: (found) => writtenOf(found, members),
    write: (value) => sentOf((value ?? { texts: {}, rest: {} }) as Written, members),
    render: (own) => <Members own={own} members={members} />,
  }
}

export function writtenOf(found: unknown, members: Member[]): Written {
  const rest = { ...(isObject(found) ? found : {}) }
  const texts: Record<string, string> = {}
  for (const { name, kind } of members) {
    const value = rest[name]
    delete rest[name]
    if (value == null) continue
    texts[name] = kind === 'words' && Array.isArray(value) ? value.join(', ') : kind === 'json' ? writeExact(value, 2) : textOf(value)
  }
  return { texts, rest }
}

const textOf = (value: Json) => (typeof value === 'string' ? value : writeExact(value))

/** What is sent; undefined where nothing is written. Throws: an Error that says what to write. */
export function sentOf({ texts, rest }: Written, members: Member[]): JsonObject | undefined {
  const sent = { ...rest }
  for (const { name, kind } of members) {
    const text = (texts[name] ?? '').trim()
    if (text === '') continue
    if (kind === 'number') sent[name] = numberOf(text) ?? text
    else if (kind === 'json') sent[name] = parseExact(text)
    else if (kind === 'words') sent[name] = text.split(',').map((word) => word.trim()).filter(Boolean)
    else sent[name] = text
  }
  return Object.keys(sent).length > 0 ? sent : undefined
}

function Members({ own, members }: { own: Own; members: Member[] }) {
  const { texts = {}, rest = {} } = (own.value ?? {}) as Partial<Written>
  return (
    <fieldset className="pc-fieldset">
      <legend>{own.label}</legend>
      {own.faultAt() && !members.some(({ name }) => own.faultAt(`/${name}`)) && <p className="pc-fault">{own.faultAt()}</p>}
      <div className="pc-fields">
        {members.map(({ name, label, kind, hint, required }) => {
          const props = {
            label,
            description: hint,
            autoComplete: 'off',
            className: required ? 'pc-required' : undefined,
            'aria-required': required,
            value: texts[name] ?? '',
            error: own.faultAt(`/${name}`),
            onChange: (event: { currentTarget: { value: string } }) =>
              own.onChange({ texts: { ...texts, [name]: event.currentTarget.value }, rest }),
          }
          if (kind === 'json') return <Textarea key={name} {...props} rows={3} className="pc-textarea-mono" />
          return <TextInput key={name} {...props} inputMode={kind === 'number' ? 'decimal' : undefined} />
        })}
      </div>
    </fieldset>
  )
}
