// Everything by its name: pages, actions, members, and an event by its id.

import { TextInput, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type KeyboardEvent } from 'react'
import { palette as words } from '#words/keys'
import { foundUsersQuery } from '../api/queries'
import { Dialog } from '../parts/Dialog'
import { mayDo, REPORTERS, useRole } from '../parts/roles'
import { nameOf } from '../parts/user'
import { placesOf } from './keys'

type Found = { id: string; name: string; kind: string; go: () => void }

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const SHOWN_MAX = 12

export default function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const [text, setText] = useState('')
  const [place, setPlace] = useState(0)
  const found = useFound(text.trim(), onKeys)
  const chosen = Math.min(place, found.length - 1)
  const take = (one: Found | undefined) => {
    if (!one) return
    onClose()
    one.go()
  }
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step && found.length) setPlace((chosen + step + found.length) % found.length)
    else if (event.key === 'Enter') take(found[chosen])
    else return
    event.preventDefault()
  }
  return (
    <Dialog title={words.title} onClose={onClose}>
      <TextInput
        label={words.label}
        data-autofocus
        autoComplete="off"
        spellCheck={false}
        role="combobox"
        aria-expanded
        aria-autocomplete="list"
        aria-controls="pc-palette"
        aria-activedescendant={found[chosen] && `pc-palette-${chosen}`}
        value={text}
        onChange={(event) => (setText(event.currentTarget.value), setPlace(0))}
        onKeyDown={press}
      />
      <div id="pc-palette" role="listbox" aria-label={words.results} className="pc-palette">
        {found.map((one, at) => (
          <div
            key={one.id}
            id={`pc-palette-${at}`}
            role="option"
            aria-selected={at === chosen}
            onMouseMove={() => setPlace(at)}
            onClick={() => take(one)}
          >
            <span className="pc-break">{one.name}</span>
            <span>{one.kind}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="pc-nothing">{words.none}</p>}
    </Dialog>
  )
}

function useFound(text: string, onKeys: () => void): Found[] {
  const navigate = useNavigate()
  const role = useRole()
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  const scheme = useComputedColorScheme('light') === 'dark' ? 'light' : 'dark'
  const [searched] = useDebouncedValue(text, 200)
  const { data: users, isPlaceholderData } = useQuery({ ...foundUsersQuery(searched), enabled: searched.length > 1 && role !== 'INTEGRATION' })
  const pages = placesOf(role).map((one) => ({
    id: one.to,
    name: one.name,
    kind: words.kinds.page,
    go: () => void navigate({ to: one.to, search: {} as never }),
  }))
  const report = () => void navigate({ to: '.', search: (before: object) => ({ ...before, report: 'new' }) as never })
  const actions = [
    ...(mayDo(role, REPORTERS) ? [{ id: 'report', name: words.report, kind: words.kinds.action, go: report }] : []),
    { id: 'scheme', name: words.switchTo(scheme), kind: words.kinds.action, go: () => setColorScheme(scheme) },
    { id: 'keys', name: words.keys, kind: words.kinds.action, go: onKeys },
  ]
  const named = [...pages, ...actions].filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()))
  // Until the answer for this text is there, nobody who does not match it may be gone to in haste.
  const isStale = isPlaceholderData || searched !== text
  const offered = text.length > 1 ? (users ?? []).filter((user) => !isStale || nameOf(user).toLowerCase().includes(text.toLowerCase())) : []
  const members = offered.map((user) => ({
    id: user.id,
    name: nameOf(user),
    kind: words.kinds.member,
    go: () => void navigate({ to: '/users/$userId', params: { userId: user.id }, search: {} }),
  }))
  const event = { id: 'event', name: words.event(text), kind: words.kinds.event, go: () => void navigate({ to: '/events/$eventId', params: { eventId: text }, search: {} }) } // prettier-ignore
  return [...(ID.test(text) ? [event] : []), ...named, ...members].slice(0, SHOWN_MAX)
}
