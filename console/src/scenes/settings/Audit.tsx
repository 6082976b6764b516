// The audit log: what was done to the configuration, by whom, what it was before and after.

import { Badge, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { principals } from '#words/principals'
import { audit as words } from '#words/system'
import { writeExact } from '../../api/exactJson'
import { useSession } from '../../api/session'
import { auditQuery, clientsQuery, staffQuery, type AuditEntryView, type AuditFilters } from '../../api/system'
import { Dialog } from '../../parts/Dialog'
import { Answered, Empty, More } from '../../parts/notices'
import { usePrincipalNames } from '../../parts/principals'
import { Table, type Column } from '../../parts/Table'
import { Facts, Id, Time } from '../../parts/values'
import { changesOf, dayEnd, dayStart } from './changes'

const KINDS = [
  'event_types', 'event_reactors', 'counters', 'rewards', 'reward_categories', 'code_pools', 'discounts', 'tiers',
  'badges', 'audiences', 'consent_types', 'points_liability_criteria', 'campaigns', 'tranches', 'venues', 'tenant',
  'settings', 'staff', 'clients', 'secrets', 'token_issuers',
] // prettier-ignore

export function Audit() {
  const { kind, object, by, from, until, entry } = useSearch({ strict: false }) as Record<string, string | undefined>
  const navigate = useNavigate()
  const set = (change: object) => void navigate({ to: '.', search: (before: object) => ({ ...before, ...change }), replace: true })
  const zone = useSession().tenant.timeZone
  const filters: AuditFilters = { kind, object, principal: by, from: dayStart(from, zone), until: dayEnd(until, zone) }
  const query = useInfiniteQuery(auditQuery(filters))
  const nameOf = usePrincipalNames()
  const rows = query.data?.pages.flatMap((page) => page.data)
  const columns: Column<AuditEntryView>[] = [
    { name: words.when, cell: (one) => <Time value={one.recordedAt} /> },
    { name: words.who, cell: (one) => nameOf(one.principal) },
    { name: words.what, cell: (one) => <code>{one.operation}</code> },
    { name: words.kind, cell: (one) => one.objectKind },
    { name: words.changed, cell: (one) => <Changed entry={one} /> },
    {
      name: words.more,
      cell: (one) => (
        <Button size="compact-xs" variant="default" aria-label={words.detailsOf(one.operation)} onClick={() => set({ entry: one.id })}>
          {words.more}
        </Button>
      ),
    },
  ]
  const shown = rows?.find((one) => one.id === entry)
  return (
    <Stack>
      <Text size="sm" c="dimmed" className="pc-prose">
        {words.intro}
      </Text>
      <Filters {...{ kind, object, by, from, until }} set={set} />
      <Answered query={{ ...query, data: rows }} rows={8}>
        {(entries) =>
          entries.length === 0 ? (
            <Empty title={Object.values(filters).some(Boolean) ? words.noneMatch : words.none}>{words.noneWhy}</Empty>
          ) : (
            <Table columns={columns} rows={entries} idOf={(one) => one.id} />
          )
        }
      </Answered>
      <More query={query} />
      {shown && <Entry entry={shown} who={nameOf(shown.principal)} onClose={() => set({ entry: undefined })} />}
    </Stack>
  )
}

type Set = { set: (change: object) => void }

function Filters({ kind, object, by, from, until, set }: Record<'kind' | 'object' | 'by' | 'from' | 'until', string | undefined> & Set) {
  const { data: people } = useQuery(staffQuery)
  const { data: clients } = useQuery(clientsQuery)
  const [id, setId] = useState(object ?? '')
  const who = [
    ...(people ?? []).map((one) => ({ value: `admin:staff:${one.id}`, label: one.name })),
    ...(clients ?? []).map((one) => ({ value: `admin:${one.id}`, label: one.name })),
    { value: 'admin:console', label: principals.console },
    { value: 'operator', label: principals.operator },
  ]
  return (
    <div className="pc-fields">
      <NativeSelect
        label={words.kind}
        data={[{ value: '', label: words.kindAny }, ...KINDS]}
        value={kind ?? ''}
        onChange={(event) => set({ kind: event.currentTarget.value || undefined })}
      />
      <NativeSelect
        label={words.who}
        data={[{ value: '', label: words.whoAny }, ...who]}
        value={by ?? ''}
        onChange={(event) => set({ by: event.currentTarget.value || undefined })}
      />
      <TextInput
        label={words.object}
        spellCheck={false}
        value={id}
        onChange={(event) => setId(event.currentTarget.value)}
        onBlur={() => set({ object: id.trim() || undefined })}
        onKeyDown={(event) => event.key === 'Enter' && set({ object: id.trim() || undefined })}
      />
      <TextInput type="date" label={words.from} value={from ?? ''} onChange={(event) => set({ from: event.currentTarget.value || undefined })} />
      <TextInput type="date" label={words.until} value={until ?? ''} onChange={(event) => set({ until: event.currentTarget.value || undefined })} />
    </div>
  )
}

function Changed({ entry }: { entry: AuditEntryView }) {
  if (entry.before == null && entry.after != null) return <Badge color="green">{words.made}</Badge>
  if (entry.before != null && entry.after == null) return <Badge color="gray">{words.gone}</Badge>
  return <>{entry.changed.join(', ')}</>
}

function Entry({ entry, who, onClose }: { entry: AuditEntryView; who: string; onClose: () => void }) {
  const changes = changesOf(entry.before, entry.after)
  const columns: Column<(typeof changes)[number]>[] = [
    { name: words.member, cell: (one) => <code>{one.name}</code> },
    { name: words.before, cell: (one) => <Json value={one.before} /> },
    { name: words.after, cell: (one) => <Json value={one.after} /> },
  ]
  return (
    <Dialog title={words.details(entry.operation)} onClose={onClose}>
      <Stack>
        <Facts
          items={[
            [words.when, <Time value={entry.recordedAt} />],
            [words.who, who],
            [words.role, entry.role],
            [words.request, <code className="pc-break">{entry.request}</code>],
            [words.objectId, entry.objectId && <Id value={entry.objectId} what={words.objectId} />],
            [words.session, entry.session],
            [words.requestId, entry.requestId],
          ]}
        />
        {changes.length > 0 ? (
          <Table columns={columns} rows={changes} idOf={(one) => one.name} />
        ) : (
          <Text size="sm">{words.nothing}</Text>
        )}
        <Group justify="flex-end" />
      </Stack>
    </Dialog>
  )
}

function Json({ value }: { value: unknown }) {
  return value === undefined ? null : <code className="pc-pre">{writeExact(value, 2)}</code>
}
