// One of a noun's things, or several of them, found by a part of the name: the server looks, however many there are.

import { MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, queryOptions, useQueries, useQuery } from '@tanstack/react-query'
import { Fragment, useState, type ReactNode } from 'react'
import { parts } from '#words/parts'
import { isObject } from '../api/exactJson'
import type { Field, Own } from './editor'
import { oneQuery, type Noun } from './noun'
import { SearchSelect, type Option } from './SearchSelect'

const FOUND = 50
const CALM_MS = 200

const foundQuery = <Row extends { id: string }>(noun: Noun<Row>, search: string) =>
  queryOptions({
    queryKey: [noun.key, 'found', search],
    queryFn: ({ signal }) => noun.page!({ limit: FOUND, ...(search ? { search } : {}) }, signal),
    placeholderData: keepPreviousData,
  })

/** What the server finds by a text while it is typed. */
function useFound<Row extends { id: string }>(noun: Noun<Row>, text: string) {
  const [calm] = useDebouncedValue(text.trim(), CALM_MS)
  const query = useQuery(foundQuery(noun, calm))
  // Until the answer for this text is there, nothing that does not match it may be chosen in haste.
  const isStale = query.isPlaceholderData || calm !== text.trim()
  const wanted = text.trim().toLowerCase()
  const rows = (query.data?.data ?? []).filter((row) => !isStale || noun.nameOf(row).toLowerCase().includes(wanted))
  return {
    rows,
    isLooking: query.isFetching || isStale,
    failure: query.error ? parts.choicesFailed(query.error.message) : undefined,
    nothing: wanted ? parts.noneCalledSo : parts.noneYet,
    more: query.data?.page.next ? parts.moreToFind : undefined,
  }
}

type Shown<Row> = {
  /** Which of them can be chosen; all, if nothing is said. */
  isOffered?: (row: Row) => boolean
  /** What stands there while nothing is chosen. */
  none?: string
  hint?: string
  required?: boolean
}
type Props<Row extends { id: string }> = Shown<Row> & {
  noun: Noun<Row>
  label: string
  value: string | undefined
  onChange: (id: string | undefined) => void
  error?: ReactNode
}

export function NounChoice<Row extends { id: string }>(props: Props<Row>) {
  const { noun, value, onChange, isOffered, none, hint, error, ...named } = props
  const [text, setText] = useState('')
  const { rows, isLooking, failure, nothing, more } = useFound(noun, text)
  const known = rows.find((row) => row.id === value)
  const { data: asked } = useQuery({ ...oneQuery(noun, value ?? ''), enabled: Boolean(value) && !known })
  const chosen = known ?? asked
  const optionOf = (row: Row): Option => ({ value: row.id, label: noun.nameOf(row) })
  return (
    <SearchSelect
      {...named}
      description={hint}
      placeholder={none}
      value={!value ? null : chosen?.id === value ? optionOf(chosen) : { value, label: value }}
      options={rows.filter((row) => isOffered?.(row) ?? true).map(optionOf)}
      loading={isLooking}
      error={error ?? failure}
      nothing={nothing}
      more={more}
      onSearch={setText}
      onChange={(option) => onChange(option?.value)}
    />
  )
}

function NounChoices<Row extends { id: string }>({ noun, own, hint }: { noun: Noun<Row>; own: Own; hint?: string }) {
  const [text, setText] = useState('')
  const { rows, isLooking, failure, nothing, more } = useFound(noun, text)
  const chosen = (own.value ?? []) as string[]
  const elsewhere = chosen.filter((id) => !rows.some((row) => row.id === id))
  const asked = useQueries({ queries: elsewhere.map((id) => oneQuery(noun, id)) })
  const named = [...rows, ...asked.flatMap(({ data }) => (data ? [data] : []))]
  const unnamed = elsewhere.filter((id) => !named.some((row) => row.id === id))
  return (
    <MultiSelect
      label={own.label}
      description={[hint, more].filter(Boolean).join(' ') || undefined}
      error={own.faultAt() ?? failure}
      comboboxProps={{ withinPortal: false }}
      data={[...named.map((row) => ({ value: row.id, label: noun.nameOf(row) })), ...unnamed.map((id) => ({ value: id, label: id }))]}
      value={chosen}
      onChange={own.onChange}
      searchValue={text}
      onSearchChange={setText}
      // The server has searched already; what is chosen stands in the field.
      filter={({ options }) => options.filter((option) => 'value' in option && rows.some((row) => row.id === option.value))}
      hidePickedOptions
      nothingFoundMessage={isLooking ? parts.looking : nothing}
      searchable
      clearable
    />
  )
}

/** The field that says one of a noun's things: sent as `{"id": …}`, or by its id alone. */
export function nounField<Row extends { id: string }>(
  at: string,
  label: string,
  noun: Noun<Row>,
  { isPlain, when, ...shown }: Shown<Row> & Pick<Field, 'when'> & { isPlain?: boolean } = {},
): Field {
  return {
    kind: 'own',
    at,
    label,
    when,
    required: shown.required,
    isNarrow: true,
    read: (found) => (isObject(found) ? found.id : found),
    write: (id) => (id ? (isPlain ? id : { id: String(id) }) : undefined),
    render: (own) => (
      <NounChoice
        {...shown}
        noun={noun}
        label={own.label}
        value={own.value as string | undefined}
        onChange={own.onChange}
        error={own.faultAt() ?? own.faultAt('/id')}
      />
    ),
  }
}

/** The field that says several of them, sent as a list of `{"id": …}`. */
export function nounsField<Row extends { id: string }>(at: string, label: string, noun: Noun<Row>, hint?: string): Field {
  return {
    kind: 'own',
    at,
    label,
    initially: [],
    read: (found) => ((found ?? []) as { id: string }[]).map(({ id }) => id),
    write: (ids) => (ids as string[]).map((id) => ({ id })),
    render: (own) => <NounChoices noun={noun} own={own} hint={hint} />,
  }
}

const NAMED = 10

/** What some of a noun's things are called, the first of them. */
export function NounNames<Row extends { id: string }>({ noun, of }: { noun: Noun<Row>; of: { id: string }[] }) {
  return (
    <>
      {of.slice(0, NAMED).map(({ id }, place) => (
        <Fragment key={id}>
          {place > 0 && ', '}
          <NounName noun={noun} id={id} />
        </Fragment>
      ))}
      {of.length > NAMED && parts.andMore(of.length - NAMED)}
    </>
  )
}

/** What one of a noun's things is called, by its id; the id where it cannot be read. */
export function NounName<Row extends { id: string }>({ noun, id }: { noun: Noun<Row>; id: string }) {
  const { data } = useQuery(oneQuery(noun, id))
  return <>{data ? noun.nameOf(data) : id}</>
}
