// The page of a noun: its things in a table, page by page, and the dialog in which one is made or changed.

import { Button, Group, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { type ReactNode } from 'react'
import { collection } from '#words/collection'
import { Answered, Empty, More } from './notices'
import { NEW, nounPages, useEditing, type Noun } from './noun'
import { NounEditor } from './NounEditor'
import { NounTable } from './NounTable'
import { Page } from './Page'
import { EDITORS, useMayDo } from './roles'
import { SearchField } from './SearchField'

type Props<Row extends { id: string }> = {
  noun: Noun<Row>
  /** Beside the button that makes one. */
  actions?: ReactNode
  /** Between the heading and the table. */
  children?: ReactNode
  /** The label of a field that finds by a part of the name, where there is one. */
  search?: string
}

export function Collection<Row extends { id: string }>({ noun, actions, children, search }: Props<Row>) {
  const { search: wanted = '' } = useSearch({ strict: false }) as { search?: string }
  return (
    <Page title={noun.words.title} intro={noun.words.intro} actions={<>{actions}<Add noun={noun} /></>}>
      {children}
      {search && <SearchField label={search} placeholder={collection.searchPlaceholder} wanted={wanted} />}
      <Found noun={noun} search={search ? wanted : ''} rows={6} />
    </Page>
  )
}

/** The same within the frame of another page. */
export function Listed<Row extends { id: string }>(props: Omit<Props<Row>, 'search'> & { shows?: (row: Row) => boolean }) {
  const { noun, actions, children, shows } = props
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" className="pc-prose">
          {noun.words.intro}
        </Text>
        <Group gap="xs">
          {actions}
          <Add noun={noun} />
        </Group>
      </Group>
      {children}
      <Found noun={noun} shows={shows} rows={4} />
    </Stack>
  )
}

function Add<Row extends { id: string }>({ noun }: { noun: Noun<Row> }) {
  const [, edit] = useEditing()
  const mayEdit = useMayDo(noun.roles ?? EDITORS)
  return mayEdit && noun.create ? <Button onClick={() => edit(NEW)}>{noun.words.add}</Button> : null
}

type FoundProps<Row extends { id: string }> = { noun: Noun<Row>; search?: string; shows?: (row: Row) => boolean; rows: number }

function Found<Row extends { id: string }>({ noun, search, shows = () => true, rows }: FoundProps<Row>) {
  const query = useInfiniteQuery(nounPages(noun, search))
  const mayEdit = useMayDo(noun.roles ?? EDITORS)
  return (
    <Answered query={query} rows={rows}>
      {({ pages }) => {
        const found = pages.flatMap((page) => page.data)
        const shown = found.filter(shows)
        return (
          <>
            {shown.length > 0 ? (
              <NounTable noun={noun} rows={shown} mayEdit={mayEdit} />
            ) : search ? (
              <Empty title={collection.noMatch} />
            ) : (
              <Empty title={noun.words.none} action={<Add noun={noun} />}>
                {noun.words.noneYet}
              </Empty>
            )}
            <More query={query} />
            {mayEdit && <NounEditor noun={noun} rows={found} areAll />}
          </>
        )
      }}
    </Answered>
  )
}
