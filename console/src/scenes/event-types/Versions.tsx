import { Button, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { eventTypes } from '#words/event-types'
import type { Json } from '../../api/exactJson'
import { versionsQuery, type EventTypeVersionView } from '../../api/queries'
import { differences, type Change } from '../../parts/difference'
import { Answered } from '../../parts/notices'
import { Table, type Column } from '../../parts/Table'
import { JsonBlock, Time } from '../../parts/values'
import { changesOf, MEMBERS } from './words'

const words = eventTypes.versions
type Row = { version: EventTypeVersionView; before: EventTypeVersionView | undefined }

/** Every version that an event may name as the one that judged it, the newest first. */
export function Versions({ eventType }: { eventType: string }) {
  const { version } = useSearch({ strict: false }) as { version?: number }
  const navigate = useNavigate()
  const compare = (chosen: number) => void navigate({ to: '.', search: (before: object) => ({ ...before, version: chosen }) as never, replace: true })
  const columns: Column<Row>[] = [
    ...COLUMNS,
    {
      name: words.compare,
      cell: ({ version: one, before }) =>
        before && (
          <Button size="compact-xs" variant="default" aria-label={words.compareLabel(one.version)} onClick={() => compare(one.version)}>
            {words.compare}
          </Button>
        ),
    },
  ]
  return (
    <Answered query={useQuery(versionsQuery(eventType))} rows={2}>
      {(versions) => {
        const rows = versions.map((one, place): Row => ({ version: one, before: versions[place + 1] }))
        const chosen = rows.find((row) => row.version.version === version)
        return (
          <Stack gap="sm">
            <Table columns={columns} rows={rows} idOf={(row) => row.version.version} />
            {chosen?.before && <Difference version={chosen.version} before={chosen.before} />}
          </Stack>
        )
      }}
    </Answered>
  )
}

const COLUMNS: Column<Row>[] = [
  { name: words.version, cell: ({ version }) => version.version },
  { name: words.made, cell: ({ version }) => <Time value={version.createdAt} /> },
  { name: words.changed, cell: ({ version, before }) => changesOf(version, before) },
  { name: words.schema, cell: ({ version }) => <Schema version={version} /> },
]

function Schema({ version }: { version: EventTypeVersionView }) {
  if (version.schema == null) return words.none
  return (
    <details className="pc-details">
      <summary>{words.schemaOf(version.version)}</summary>
      <JsonBlock value={version.schema} label={words.schemaIn(version.version)} />
    </details>
  )
}

function Difference({ version, before }: { version: EventTypeVersionView; before: EventTypeVersionView }) {
  const saidBy = (one: EventTypeVersionView) => Object.fromEntries(MEMBERS.map((name) => [name, one[name] as Json]))
  const changes = differences(saidBy(before), saidBy(version))
  const side = (name: string, of: (change: Change) => Json | undefined): Column<Change> => ({
    name,
    cell: (change) =>
      of(change) == null ? <span className="pc-nothing">{words.nothing}</span> : <JsonBlock value={of(change)} label={`${name}: ${change.pointer}`} />,
  })
  return (
    <section aria-label={words.difference(version.version, before.version)}>
      {changes.length === 0 ? (
        <p className="pc-nothing">{words.same}</p>
      ) : (
        <Table
          columns={[
            { name: words.place, cell: (change) => <code className="pc-break">{change.pointer}</code> },
            side(words.in(before.version), (change) => change.before),
            side(words.in(version.version), (change) => change.after),
          ]}
          rows={changes}
          idOf={(change) => change.pointer}
        />
      )}
    </section>
  )
}
