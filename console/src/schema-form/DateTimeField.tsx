// An instant, written in the programme's zone or with an offset, or picked.

import { ActionIcon, TextInput } from '@mantine/core'
import { IconCalendar } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { schemaForm as words } from '#words/schema-form'
import { useUnreadable } from './unreadable'
import { instantOf, shown } from '../parts/time'

type Props = {
  label: string
  description?: ReactNode
  placeholder?: string
  required?: boolean
  error?: ReactNode
  /** RFC 3339, or a text that is none yet. */
  value: string | undefined
  zone: string
  onChange: (value: string | undefined) => void
}

export function DateTimeField(props: Props) {
  const picker = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(() => told(props.value, props.zone))
  const sent = useRef(props.value)

  // A value that came from elsewhere, from the JSON for example, replaces the text; one's own does not.
  useEffect(() => {
    if (sent.current === props.value) return
    sent.current = props.value
    setText(told(props.value, props.zone))
  }, [props.value, props.zone])

  const write = (typed: string) => {
    setText(typed)
    sent.current = valueOf(typed, props.zone)
    props.onChange(sent.current)
  }
  const wrong = text.trim() ? faultIn(text, props.zone) : undefined
  useUnreadable(wrong !== undefined)
  return (
    <TextInput
      label={props.label}
      description={props.description}
      aria-required={props.required}
      className={props.required ? 'pc-required' : undefined}
      placeholder={props.placeholder ?? words.time}
      error={props.error ?? wrong}
      autoComplete="off"
      value={text}
      onChange={(event) => write(event.currentTarget.value)}
      rightSectionPointerEvents="all"
      rightSection={
        <>
          <ActionIcon variant="subtle" size={26} aria-label={words.pickTime} onClick={() => picker.current?.showPicker()}>
            <IconCalendar size={16} />
          </ActionIcon>
          <input
            ref={picker}
            type="datetime-local"
            step={1}
            tabIndex={-1}
            aria-hidden="true"
            className="pc-picker"
            onChange={(event) => event.currentTarget.value && write(event.currentTarget.value.replace('T', ' '))}
          />
        </>
      }
    />
  )
}

function told(value: string | undefined, zone: string): string {
  if (value === undefined) return ''
  return /Z$|[+-]\d\d:\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) && exact(value)
    ? shown(value, zone)
    : value
}

/** Whether the zone's text to the second tells the whole instant. */
const exact = (value: string) => Date.parse(value) % 1000 === 0

function valueOf(text: string, zone: string): string | undefined {
  if (text.trim() === '') return undefined
  try {
    return instantOf(text, zone)
  } catch {
    return text
  }
}

function faultIn(text: string, zone: string): string | undefined {
  try {
    instantOf(text, zone)
    return undefined
  } catch (fault) {
    return (fault as Error).message
  }
}
