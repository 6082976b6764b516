// The dialog in which a thing of a noun is made or changed, which has an address.

import { Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { collection } from '#words/collection'
import type { OnceHeaders } from '../api/once'
import { Dialog } from './Dialog'
import { Editor } from './Editor'
import { NEW, oneQuery, useEditing, type Noun } from './noun'
import { Rows } from './notices'
import { notify } from './notify'

type Props<Row extends { id: string }> = {
  noun: Noun<Row>
  /** Those that have been read; `areAll`: there are no others on the page, so that another one is looked for. */
  rows: Row[]
  areAll?: boolean
}

/** The dialog that the address asks for: `?edit=new`, or `?edit=` and the id of one. */
export function NounEditor<Row extends { id: string }>({ noun, rows, areAll }: Props<Row>) {
  const [id, edit] = useEditing()
  const read = rows.find((one) => one.id === id)
  const isElsewhere = areAll === true && id !== undefined && id !== NEW && !read && noun.change !== undefined
  const elsewhere = useQuery({ ...oneQuery(noun, id ?? ''), enabled: isElsewhere, staleTime: 0 })
  const row = read ?? (isElsewhere ? elsewhere.data : undefined)
  if (isElsewhere && !row)
    return (
      <Dialog title={elsewhere.isPending ? collection.edit : collection.gone} onClose={() => edit(undefined)}>
        {elsewhere.isPending ? <Rows count={3} /> : <Text size="sm">{collection.goneWhy}</Text>}
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
  const draftKey = noun.isSecret ? undefined : draftKeyOf(noun.key, row)
  return <Editor title={title} fields={fields} row={row} draftKey={draftKey} size={noun.size} send={send} onClose={onClose} />
}

/** What has no version may have been changed by others since a draft of it was kept: that draft would take it back. */
function draftKeyOf(key: string, row: { id: string } | undefined): string | undefined {
  if (!row) return `${key} ${NEW}`
  return 'version' in row ? `${key} ${row.id} ${String(row.version)}` : undefined
}

/** That somebody else has changed it meanwhile is refused, where it has a version. */
function matching(row: object): { 'If-Match'?: string } {
  return 'version' in row ? { 'If-Match': `"${String(row.version)}"` } : {}
}
