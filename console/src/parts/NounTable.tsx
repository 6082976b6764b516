// Things of a noun in a table, with what can be done to each.

import { Button, Group } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { collection } from '#words/collection'
import type { OnceHeaders } from '../api/once'
import { Confirm } from './Confirm'
import { useEditing, type Noun } from './noun'
import { notify } from './notify'
import { OpenButton } from './OpenButton'
import { focusHeading } from './Page'
import { Table, type Column } from './Table'

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

/** The buttons that change and delete one; `onGone` leaves the page that was about it, in its place.
 * `isOnPage`: they stand beside the heading of that page. */
type ActionsProps<Row extends { id: string }> = { noun: Noun<Row>; row: Row; onGone?: () => void; isOnPage?: boolean }

export function RowActions<Row extends { id: string }>({ noun, row, onGone, isOnPage }: ActionsProps<Row>) {
  const size = isOnPage ? 'sm' : 'compact-xs'
  const [, edit] = useEditing()
  const queries = useQueryClient()
  const name = noun.nameOf(row)
  if (noun.isOpen && !noun.isOpen(row)) return null
  const verb = noun.words.remove ?? collection.remove
  const remove = async (headers: OnceHeaders, close: () => void) => {
    await noun.remove!(row, headers)
    notify((noun.words.removed ?? collection.removed)(name))
    ;(onGone ?? close)()
    await queries.invalidateQueries({ queryKey: [noun.key] })
    // The button that had the focus has gone with its row.
    requestAnimationFrame(() => document.activeElement === document.body && focusHeading())
  }
  return (
    <Group gap={4} wrap={noun.actions ? 'wrap' : 'nowrap'}>
      {noun.change && (
        <Button size={size} variant={isOnPage ? 'filled' : 'default'} onClick={() => edit(row.id)}>
          {collection.edit}
          <span className="pc-offscreen"> {name}</span>
        </Button>
      )}
      {noun.actions?.(row)}
      {noun.remove && (
        <OpenButton name="remove" of={row.id} size={size} variant="subtle" color="red" label={verb} about={name}>
          {(close) => (
            <Confirm
              title={(noun.words.removeNamed ?? collection.removeNamed)(name)}
              action={verb}
              onConfirm={(headers) => remove(headers, close)}
              onClose={close}
            >
              {noun.words.removal}
            </Confirm>
          )}
        </OpenButton>
      )}
    </Group>
  )
}
