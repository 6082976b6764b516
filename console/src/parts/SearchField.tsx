// A field that searches while it is typed, and keeps what is searched in the address.

import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { useState } from 'react'

const CALM_MS = 200

type Props = { label: string; description?: string; placeholder?: string; wanted: string }

export function SearchField({ label, description, placeholder, wanted }: Props) {
  const navigate = useNavigate()
  const { history } = useRouter()
  const [text, setText] = useState(wanted)
  const look = useDebouncedCallback((typed: string, place: string) => {
    // Somebody who has followed a link since is not brought back: its page is still on the way, and this one still shown.
    if (history.location.pathname === place)
      void navigate({ to: '.', search: (before: object) => ({ ...before, search: typed.trim() || undefined }) as never, replace: true })
  }, CALM_MS)
  return (
    <TextInput
      label={label}
      description={description}
      placeholder={placeholder}
      type="search"
      autoComplete="off"
      maw={480}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        look(event.currentTarget.value, history.location.pathname)
      }}
    />
  )
}
