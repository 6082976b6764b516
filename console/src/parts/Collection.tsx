// The page of a noun: all of its kind in a table, and the dialog in which one is made or changed, which has an address.

import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { collection } from '#words/collection'
import type { OnceHeaders } from '../api/once'
import { Confirm } from './Confirm'
import { Dialog } from './Dialog'
import { Editor, type Size } from './Editor'
import type { Field } from './editor'
import { Answered, Empty } from './notices'
import { notify } from './notify'
import { Page } from './Page'
import { EDITORS, useMayDo, type Role } from './roles'
import { Table, type Column } from './Table'

export type Headers = OnceHeaders & { 'If-Match'?: string }
export type NounWords = {
  title: string
  intro: string
  /** The button that makes one, and the dialog's title. */
  add: string
  none: string
  /** What there would be one for. */
  noneYet: string
  /** What follows when one is deleted. */
  removal?: string
  /** What deleting is called here, and the question before it, where “Delete” says too much. */
  remove?: string
  removeNamed?: (name: string) => string
  removed?: (name: string) => string
}
export type Noun<Row extends { id: string }> = {
  /** The name of what was read, for TanStack Query. */
  key: string
  words: NounWords
  nameOf: (row: Row) => string
  /** Reads all there are. Throws: Problem. */
  read: (signal: AbortSignal) => Promise<Row[]>
  columns: Column<Row>[]
  /** A hook: the choices of fields may have to be read. */
  useFields: (row: Row | undefined) => Field[]
  create?: (body: never, headers: Headers) => Promise<{ id: string }>
  change?: (row: Row, body: never, headers: Headers) => Promise<unknown>
  /** Takes a change back; `changed` is what `change` has answered. */
  undo?: (before: Row, changed: Row) => Promise<unknown>
  remove?: (row: Row, headers: Headers) => Promise<unknown>
  /** Whether this one can be changed still, and deleted. */
  isOpen?: (row: Row) => boolean
  /** What else can be done with one, as buttons. */
  actions?: (row: Row) => ReactNode
  roles?: readonly Role[]
  size?: Size
  /** The page that one has of its own. */
  linkOf?: (row: Row, name: string) => ReactNode
}

export const nounQuery = <Row extends { id: string }>(noun: Noun<Row>) =>
  queryOptions({ queryKey: [noun.key], queryFn: ({ signal }) => noun.read(signal) })

const NEW = 'new'

/** What the address says of the editor, and how that is changed. */
export function useEditing(): [string | undefined, (id: string | undefined) => void] {
  const { edit } = useSearch({ strict: false }) as { edit?: string }
  const navigate = useNavigate()
  const set = (id: string | undefined) =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, edit: id }), replace: id === undefined })
  return [edit, set]
}

type Props<Row extends { id: string }> = {
  noun: Noun<Row>
  /** Beside the button that makes one. */
  actions?: ReactNode
  /** Between the heading and the table. */
  children?: ReactNode
  /** With it there is a field that filters by the name. */
  filterHint?: string
}

export function Collection<Row extends { id: string }>({ noun, actions, children, filterHint }: Props<Row>) {
  const query = useQuery(nounQuery(noun))
  const mayEdit = useMayDo(noun.roles ?? EDITORS)
  const [, edit] = useEditing()
  const { search: wanted = '' } = useSearch({ strict: false }) as { search?: string }
  const navigate = useNavigate()
  const setWanted = (text: string) =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, search: text || undefined }), replace: true })
  const matches = (row: Row) => noun.nameOf(row).toLowerCase().includes(wanted.trim().toLowerCase())
  const add = mayEdit && noun.create ? <Button onClick={() => edit(NEW)}>{noun.words.add}</Button> : null
  return (
    <Page title={noun.words.title} intro={noun.words.intro} actions={<>{actions}{add}</>}>
      {children}
      <Answered query={query} rows={6}>
        {(rows) => (
          <>
            {rows.length === 0 ? (
              <Empty title={noun.words.none} action={add}>
                {noun.words.noneYet}
              </Empty>
            ) : (
              <>
                {filterHint && (
                  <TextInput
                    label={collection.filter}
                    description={filterHint}
                    type="search"
                    maw={480}
                    value={wanted}
                    onChange={(event) => setWanted(event.currentTarget.value)}
                  />
                )}
                {rows.some(matches) ? (
                  <NounTable noun={noun} rows={rows.filter(matches)} mayEdit={mayEdit} />
                ) : (
                  <Empty title={collection.noMatch} />
                )}
              </>
            )}
            {mayEdit && <NounEditor noun={noun} rows={rows} areAll />}
          </>
        )}
      </Answered>
    </Page>
  )
}

/** The same within the frame of another page. */
export function Listed<Row extends { id: string }>(props: Omit<Props<Row>, 'filterHint'> & { shows?: (row: Row) => boolean }) {
  const { noun, actions, children, shows = () => true } = props
  const query = useQuery(nounQuery(noun))
  const mayEdit = useMayDo(noun.roles ?? EDITORS)
  const [, edit] = useEditing()
  const add = mayEdit && noun.create ? <Button onClick={() => edit(NEW)}>{noun.words.add}</Button> : null
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" className="pc-prose">
          {noun.words.intro}
        </Text>
        <Group gap="xs">
          {actions}
          {add}
        </Group>
      </Group>
      <Answered query={query} rows={4}>
        {(rows) => (
          <>
            {rows.length > 0 && children}
            {rows.some(shows) ? (
              <NounTable noun={noun} rows={rows.filter(shows)} mayEdit={mayEdit} />
            ) : (
              <Empty title={noun.words.none} action={add}>
                {noun.words.noneYet}
              </Empty>
            )}
            {mayEdit && <NounEditor noun={noun} rows={rows} areAll />}
          </>
        )}
      </Answered>
    </Stack>
  )
}

/** The table alone, for a page that has more than one. */
export function NounTable<Row extends { id: string }>(props: { noun: Noun<Row>; rows: Row[]; mayEdit: boolean }) {
  const { noun, rows, mayEdit } = props
  const name: Column<Row> = {
    name: collection.name,
    cell: (row) => (noun.linkOf ? noun.linkOf(row, noun.nameOf(row)) : <b>{noun.nameOf(row)}</b>),
  }
  const doing: Column<Row> = { name: collection.actions, cell: (row) => <RowActions noun={noun} row={row} /> }
  const columns = [name, ...noun.columns, ...(mayEdit && (noun.change || noun.remove || noun.actions) ? [doing] : [])]
  return <Table columns={columns} rows={rows} idOf={(row) => row.id} />
}

/** The buttons that change and delete one. */
export function RowActions<Row extends { id: string }>({ noun, row, onGone }: { noun: Noun<Row>; row: Row; onGone?: () => void }) {
  const [, edit] = useEditing()
  const [isGoing, setIsGoing] = useState(false)
  const queries = useQueryClient()
  const name = noun.nameOf(row)
  if (noun.isOpen && !noun.isOpen(row)) return null
  const verb = noun.words.remove ?? collection.remove
  const remove = async (headers: OnceHeaders) => {
    await noun.remove!(row, headers)
    setIsGoing(false)
    notify((noun.words.removed ?? collection.removed)(name))
    onGone?.()
    await queries.invalidateQueries({ queryKey: [noun.key] })
  }
  return (
    <Group gap={4} wrap={noun.actions ? 'wrap' : 'nowrap'}>
      {noun.change && (
        <Button size="compact-xs" variant="default" onClick={() => edit(row.id)}>
          {collection.edit}
          <span className="pc-offscreen"> {name}</span>
        </Button>
      )}
      {noun.actions?.(row)}
      {noun.remove && (
        <Button size="compact-xs" variant="subtle" color="red" onClick={() => setIsGoing(true)}>
          {verb}
          <span className="pc-offscreen"> {name}</span>
        </Button>
      )}
      {isGoing && (
        <Confirm
          title={(noun.words.removeNamed ?? collection.removeNamed)(name)}
          action={verb}
          onConfirm={remove}
          onClose={() => setIsGoing(false)}
        >
          {noun.words.removal}
        </Confirm>
      )}
    </Group>
  )
}

/** The dialog that the address asks for: `?edit=new`, or `?edit=` and the id of one of `rows`. With `areAll`, an id that
 * none of them has is told to be none. */
export function NounEditor<Row extends { id: string }>({ noun, rows, areAll }: { noun: Noun<Row>; rows: Row[]; areAll?: boolean }) {
  const [id, edit] = useEditing()
  const row = rows.find((one) => one.id === id)
  if (areAll && id !== undefined && id !== NEW && !row && noun.change)
    return (
      <Dialog title={collection.gone} onClose={() => edit(undefined)}>
        <Text size="sm">{collection.goneWhy}</Text>
      </Dialog>
    )
  if (id === NEW ? !noun.create : !row || !noun.change || noun.isOpen?.(row) === false) return null
  return <Opened key={id} noun={noun} row={row} onClose={() => edit(undefined)} />
}

function Opened<Row extends { id: string }>({ noun, row, onClose }: { noun: Noun<Row>; row?: Row; onClose: () => void }) {
  const queries = useQueryClient()
  const fields = noun.useFields(row)
  const renew = () => queries.invalidateQueries({ queryKey: [noun.key] })
  const send = async (body: object, headers: OnceHeaders) => {
    if (row) {
      const changed = await noun.change!(row, body as never, { ...headers, ...matching(row) })
      const undo = noun.undo && (() => noun.undo!(row, changed as Row).then(renew))
      notify(collection.saved(noun.nameOf(row)), undo)
    } else {
      await noun.create!(body as never, headers)
      notify(collection.made)
    }
    onClose()
    await renew()
  }
  const title = row ? collection.editNamed(noun.nameOf(row)) : noun.words.add
  return <Editor title={title} fields={fields} row={row} size={noun.size} send={send} onClose={onClose} />
}

/** That somebody else has changed it meanwhile is refused, where it has a version. */
function matching(row: object): { 'If-Match'?: string } {
  return 'version' in row ? { 'If-Match': `"${String(row.version)}"` } : {}
}
