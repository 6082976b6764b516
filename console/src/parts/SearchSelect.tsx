// One of many, found by typing. The text that is typed and the choice are two things: leaving the field with a text
// that names exactly one option chooses it, and any other text is said to name none.

import { ActionIcon, Combobox, Skeleton, Text, TextInput, useCombobox } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { parts } from '#words/parts'

export type Option = {
  value: string
  /** What the field shows once it is chosen. */
  label: string
  detail?: ReactNode
  disabled?: boolean
  /** Other texts that name this option. */
  names?: string[]
}

type Props = {
  label: string
  placeholder?: string
  description?: ReactNode
  required?: boolean
  error?: ReactNode
  value: Option | null
  options: Option[]
  loading?: boolean
  /** What stands in the list when it has no options. */
  nothing: ReactNode
  /** What stands below the options where there are more than these. */
  more?: ReactNode
  onSearch: (text: string) => void
  onChange: (option: Option | null) => void
  size?: 'xs' | 'sm'
}

export function SearchSelect(props: Props) {
  const [text, setText] = useState(props.value?.label ?? '')
  const [unmatched, setUnmatched] = useState(false)
  const left = useRef(false)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const shownValue = props.value?.label ?? ''

  const before = useRef(shownValue)
  useEffect(() => {
    if (props.value) setText(shownValue)
    // Taken away from outside, and not by typing.
    else setText((typed) => (typed === before.current ? '' : typed))
    before.current = shownValue
  }, [props.value?.value, shownValue])

  const match = (typed: string) => {
    const wanted = typed.trim().toLowerCase()
    const matching = props.options.filter(
      (option) =>
        !option.disabled &&
        [option.value, option.label, ...(option.names ?? [])].some((name) => name.toLowerCase() === wanted),
    )
    return matching.length === 1 ? matching[0] : undefined
  }
  const choose = (option: Option | null) => {
    props.onChange(option)
    setText(option?.label ?? '')
    setUnmatched(false)
    left.current = false
    combobox.closeDropdown()
  }
  const type = (typed: string) => {
    setText(typed)
    setUnmatched(false)
    left.current = false
    if (props.value) props.onChange(null)
    props.onSearch(typed)
    combobox.openDropdown()
    combobox.resetSelectedOption()
  }
  const leave = () => {
    combobox.closeDropdown()
    if (props.value || text.trim() === '') return
    const option = match(text)
    if (option) choose(option)
    else left.current = true
    setUnmatched(!option)
  }

  // The options for a text may come after its field was left.
  useEffect(() => {
    if (!left.current || props.value) return
    const option = match(text)
    if (option) choose(option)
  }, [props.options])

  const error = props.error ?? (unmatched && !props.loading ? parts.chooseOne : undefined)
  return (
    // Not in a portal: what is beside the page's landmarks is found by nobody who goes by them.
    <Combobox
      withinPortal={false}
      keepMounted={false}
      store={combobox}
      onOptionSubmit={(value) => {
        const chosen = props.options.find((option) => option.value === value)
        if (chosen && !chosen.disabled) choose(chosen)
      }}
    >
      <Combobox.Target withExpandedAttribute>
        <TextInput
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          data-1p-ignore
          size={props.size}
          className={props.required ? 'pc-required' : undefined}
          label={props.label}
          placeholder={props.placeholder}
          description={props.description}
          aria-required={props.required}
          error={error}
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
          onClick={() => combobox.openDropdown()}
          onFocus={() => props.onSearch(props.value ? '' : text)}
          onBlur={leave}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && combobox.getSelectedOptionIndex() < 0) {
              const option = match(text)
              if (option) choose(option)
              event.preventDefault()
            }
          }}
          rightSectionPointerEvents="all"
          rightSection={
            props.loading ? (
              <Skeleton height={14} circle aria-hidden />
            ) : text ? (
              <ActionIcon
                variant="subtle"
                size="sm"
                aria-label={parts.clear}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => {
                  choose(null)
                  props.onSearch('')
                }}
              >
                <IconX size={14} />
              </ActionIcon>
            ) : null
          }
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options aria-label={parts.matches} className="pc-options">
          {props.options.map((option) => (
            <Combobox.Option
              key={option.value}
              value={option.value}
              disabled={option.disabled}
              aria-disabled={option.disabled || undefined}
            >
              <Text size="sm" span className="pc-break" display="block">
                {option.label}
              </Text>
              {option.detail && (
                <Text size="xs" c="dimmed" span display="block" className="pc-break">
                  {option.detail}
                </Text>
              )}
            </Combobox.Option>
          ))}
          {props.options.length === 0 && <Combobox.Empty>{props.loading ? parts.looking : props.nothing}</Combobox.Empty>}
        </Combobox.Options>
        {props.more && props.options.length > 0 && <Combobox.Footer>{props.more}</Combobox.Footer>}
      </Combobox.Dropdown>
    </Combobox>
  )
}
