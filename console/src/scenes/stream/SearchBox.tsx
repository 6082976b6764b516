// The search box: a query as text, what may come next, and what is wrong with it, at its place.

import { ActionIcon, Combobox, Text, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { stream } from '#words/stream'
import { eventTypesQuery, foundUsersQuery } from '../../api/queries'
import { Echoes } from '../../parts/echoes'
import { nameOf } from '../../parts/user'
import { parse, type QueryFault } from './query'
import { suggestions, typingAt, type Suggestion } from './suggest'

const words = stream.search

type Props = { q: string; faults: QueryFault[]; onSearch: (q: string) => void }

export function SearchBox({ q, faults, onSearch }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(q)
  const [caret, setCaret] = useState(q.length)
  const [wrong, setWrong] = useState<QueryFault[]>()
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const found = useSuggestions(text, caret, combobox.dropdownOpened)
  // What was searched for here comes back in the address a moment later: what somebody has typed since then stays.
  const [echoes] = useState(() => new Echoes())
  useEffect(() => {
    setWrong((before) => (before?.length ? before : undefined))
    if (echoes.isEcho(q) && input.current === document.activeElement) return
    setText((before) => (before.trim() === q ? before : q))
    setWrong(undefined)
  }, [q, echoes])
  const wanted = useRef<number>(undefined)
  useLayoutEffect(() => {
    if (wanted.current === undefined) return
    // Before anything else can be typed.
    input.current?.setSelectionRange(wanted.current, wanted.current)
    wanted.current = undefined
  })

  const search = (written: string) => {
    combobox.closeDropdown()
    const { faults: unread } = parse(written)
    setWrong(unread)
    const [first] = unread
    if (first) return input.current?.setSelectionRange(first.start, first.end)
    if (written.trim() !== q) echoes.say(written.trim())
    onSearch(written.trim())
  }
  const complete = (chosen: Suggestion) => {
    const { start } = typingAt(text, caret)
    const written = `${text.slice(0, start)}${chosen.value}${chosen.isWhole ? ' ' : ''}${text.slice(caret).trimStart()}`
    const place = start + chosen.value.length + (chosen.isWhole ? 1 : 0)
    setText(written)
    setCaret(place)
    wanted.current = place
    input.current?.focus()
    if (chosen.isWhole) search(written)
    else combobox.openDropdown()
  }
  const shown = wrong ?? (text.trim() === q ? faults : [])
  return (
    <div role="search" className="pc-search">
      <Combobox
        withinPortal={false}
        store={combobox}
        onOptionSubmit={(value) => {
          const chosen = found.find((one) => one.value === value)
          if (chosen) complete(chosen)
        }}
      >
        <Combobox.Target withExpandedAttribute>
          <TextInput
            ref={input}
            aria-label={words.label}
            aria-autocomplete="list"
            data-search
            placeholder={words.placeholder}
            autoComplete="off"
            spellCheck={false}
            data-1p-ignore
            leftSection={<IconSearch size={16} aria-hidden />}
            value={text}
            error={shown.length ? shown.map(({ message }) => message).join(' ') : undefined}
            onChange={(event) => {
              setText(event.currentTarget.value)
              setCaret(event.currentTarget.selectionStart ?? event.currentTarget.value.length)
              setWrong(undefined)
              combobox.openDropdown()
            }}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
            onBlur={() => combobox.closeDropdown()}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || (combobox.dropdownOpened && combobox.getSelectedOptionIndex() >= 0)) return
              event.preventDefault()
              search(text)
            }}
            rightSectionPointerEvents="all"
            rightSection={
              text && (
                <ActionIcon
                  variant="subtle"
                  size="sm"
                  aria-label={words.clear}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => {
                    setText('')
                    search('')
                  }}
                >
                  <IconX size={14} />
                </ActionIcon>
              )
            }
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={found.length === 0}>
          <Combobox.Options aria-label={words.suggestions} className="pc-options">
            {found.map((one) => (
              <Combobox.Option key={one.value} value={one.value}>
                <Text size="sm" span display="block" className="pc-break">
                  {one.label}
                </Text>
                {one.detail && (
                  <Text size="xs" c="dimmed" span display="block" className="pc-break">
                    {one.detail}
                  </Text>
                )}
              </Combobox.Option>
            ))}
          </Combobox.Options>
          <Combobox.Footer>
            <Text size="xs" c="dimmed">
              {words.help}
            </Text>
          </Combobox.Footer>
        </Combobox.Dropdown>
      </Combobox>
    </div>
  )
}

function useSuggestions(text: string, caret: number, isOpen: boolean): Suggestion[] {
  const typing = typingAt(text, caret)
  const isUser = isOpen && typing.key === 'subject'
  const [calm] = useDebouncedValue(typing.value.trim(), 200)
  const types = useQuery({ ...eventTypesQuery, enabled: isOpen && typing.key === 'type' })
  const users = useQuery({ ...foundUsersQuery(calm), enabled: isUser })
  const found = (users.data ?? []).map((user) => ({
    id: user.id,
    label: nameOf(user),
    detail: [user.profile.emailAddress, user.accountNumber].filter(Boolean).join(' · '),
  }))
  // Until the answer for this text is there, nobody who does not match it may be chosen in haste.
  const wanted = typing.value.trim()
  const isStale = users.isPlaceholderData || calm !== wanted
  const offered = found.filter(({ label, detail }) => !isStale || `${label} ${detail}`.toLowerCase().includes(wanted.toLowerCase()))
  return suggestions(typing, { types: types.data ?? [], users: offered })
}
