// Things of a noun in a table, with what can be done to each.

import { Button, Group } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useLayoutEffect, useRef } from 'react'
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
  const buttons = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const own = buttons.current
    // The button that had the focus goes with its row, whenever that is drawn.
    return () => void (own?.contains(document.activeElement) && queueMicrotask(focusIfLost))
  }, [])
  if (noun.isOpen && !noun.isOpen(row)) return null
  const verb = noun.words.remove ?? collection.remove
  const remove = async (headers: OnceHeaders, close: () => void) => {
    await noun.remove!(row, headers)
    notify((noun.words.removed ?? collection.removed)(name))
    // First the question, which gives the focus back; then the row.
    await (onGone ?? close)()
    await queries.invalidateQueries({ queryKey: [noun.key] })
    requestAnimationFrame(focusIfLost)
  }
  return (
    <Group ref={buttons} gap={4} wrap={noun.actions ? 'wrap' : 'nowrap'}>
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

function focusIfLost(): void {
  if (document.activeElement === document.body) focusHeading()
}
