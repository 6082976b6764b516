import { useQuery } from '@tanstack/react-query'
import { versionsQuery, type EventTypeVersionView } from '../../api/queries'
import { Answered } from '../../parts/notices'
import { Table, type Column } from '../../parts/Table'
import { JsonBlock, Time } from '../../parts/values'
import { changesOf } from './words'

type Row = { version: EventTypeVersionView; before: EventTypeVersionView | undefined }

/** Every version that an event may name as the one that judged it, the newest first. */
export function Versions({ eventType }: { eventType: string }) {
  return (
    <Answered query={useQuery(versionsQuery(eventType))} rows={2}>
      {(versions) => (
        <Table
          columns={COLUMNS}
          rows={versions.map((version, place): Row => ({ version, before: versions[place + 1] }))}
          idOf={(row) => row.version.version}
        />
      )}
    </Answered>
  )
}

const COLUMNS: Column<Row>[] = [
  { name: 'Version', cell: ({ version }) => version.version },
  { name: 'Made', cell: ({ version }) => <Time value={version.createdAt} /> },
  { name: 'What changed', cell: ({ version, before }) => changesOf(version, before) },
  { name: 'Schema', cell: ({ version }) => <Schema version={version} /> },
]

function Schema({ version }: { version: EventTypeVersionView }) {
  if (version.schema == null) return 'none'
  return (
    <details className="pc-details">
      <summary>Schema of version {version.version}</summary>
      <JsonBlock value={version.schema} label={`Schema in version ${version.version}`} />
    </details>
  )
}
