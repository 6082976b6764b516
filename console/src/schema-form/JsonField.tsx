// One node of a payload as JSON, where no field can show it.

import { Textarea } from '@mantine/core'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useUnreadable } from './unreadable'
import { parseExact, writeExact, type Json } from '../api/exactJson'

type Props = {
  label: string
  description?: ReactNode
  error?: ReactNode
  className?: string
  value: Json | undefined
  onChange: (value: Json | undefined) => void
}

export function JsonField({ value, onChange, error, className, ...rest }: Props) {
  const [text, setText] = useState(() => told(value))
  const [fault, setFault] = useState<string>()
  const sent = useRef(told(value))
  useUnreadable(fault !== undefined)

  useEffect(() => {
    if (sent.current === told(value)) return
    sent.current = told(value)
    setText(sent.current)
    setFault(undefined)
  }, [value])

  const type = (typed: string) => {
    setText(typed)
    if (typed.trim() === '') {
      sent.current = ''
      setFault(undefined)
      return onChange(undefined)
    }
    try {
      const read = parseExact(typed)
      sent.current = told(read)
      setFault(undefined)
      onChange(read)
    } catch (wrong) {
      setFault((wrong as Error).message)
    }
  }
  return (
    <Textarea
      {...rest}
      className={`pc-textarea-mono ${className ?? ''}`}
      rows={4}
      spellCheck={false}
      value={text}
      error={fault ?? error}
      onChange={(event) => type(event.currentTarget.value)}
    />
  )
}

function told(value: Json | undefined): string {
  return value === undefined ? '' : writeExact(value, 2)
}
