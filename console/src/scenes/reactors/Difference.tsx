// What one version of a reactor says otherwise than another: the places, and both sides beside each other.

import { useQuery } from '@tanstack/react-query'
import { reactors as words } from '#words/reactors'
import type { ChangeView } from '../../api/generated/types.gen'
import { Answered } from '../../parts/notices'
import { Table, type Column } from '../../parts/Table'
import { JsonBlock } from '../../parts/values'
import { differenceQuery } from './queries'

export function Difference({ reactorId, version, other }: { reactorId: string; version: number; other: number }) {
  const side = (name: string, of: (change: ChangeView) => unknown): Column<ChangeView> => ({
    name,
    cell: (change) =>
      of(change) == null ? (
        <span className="pc-nothing">{words.versions.nothing}</span>
      ) : (
        <JsonBlock value={of(change)} label={`${name}: ${change.pointer}`} />
      ),
  })
  const columns: Column<ChangeView>[] = [
    { name: words.versions.place, cell: (change) => <code className="pc-break">{change.pointer}</code> },
    side(words.versions.before(other), (change) => change.before),
    side(words.versions.after(version), (change) => change.after),
  ]
  return (
    <Answered query={useQuery(differenceQuery(reactorId, version, other))} rows={2}>
      {({ changes }) =>
        changes.length === 0 ? (
          <p className="pc-nothing">{words.versions.same}</p>
        ) : (
          <Table columns={columns} rows={changes} idOf={(change) => change.pointer} />
        )
      }
    </Answered>
  )
}
