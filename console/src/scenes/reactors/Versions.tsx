// Every version of a reactor, and what one says otherwise than another. Which two are compared stands in the address.

import { Button, NativeSelect, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { reactors as words } from '#words/reactors'
import type { ReactorView } from '../../api/queries'
import { Answered } from '../../parts/notices'
import { Table, type Column } from '../../parts/Table'
import { Time } from '../../parts/values'
import { Difference } from './Difference'
import { reactorVersionsQuery } from './queries'

export function Versions({ reactorId }: { reactorId: string }) {
  const { version, beside } = useSearch({ strict: false }) as { version?: number; beside?: number }
  const navigate = useNavigate()
  const compare = (chosen: number, other: number) =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, version: chosen, beside: other }) as never, replace: true })
  return (
    <Answered query={useQuery(reactorVersionsQuery(reactorId))} rows={2}>
      {(versions) => {
        const other = beside ?? (version ?? 2) - 1
        const columns: Column<ReactorView>[] = [
          { name: words.versions.version, cell: (one) => one.version },
          { name: words.versions.made, cell: (one) => <Time value={one.updatedAt} /> },
          {
            name: words.versions.changed,
            cell: (one) =>
              one.version === 1 ? (
                words.versions.first
              ) : (
                <Button size="compact-xs" variant="default" aria-label={words.versions.compareLabel(one.version)} onClick={() => compare(one.version, one.version - 1)}>
                  {words.versions.compare}
                </Button>
              ),
          },
        ]
        const isThere = version !== undefined && versions.some((one) => one.version === version) && versions.some((one) => one.version === other)
        return (
          <Stack gap="sm">
            <Table columns={columns} rows={versions} idOf={(one) => one.version} />
            {isThere && (
              <section aria-label={words.versions.difference(version, other)} className="pc-stack">
                <NativeSelect
                  size="xs"
                  className="pc-start"
                  label={`${words.versions.version} ${version}. ${words.versions.with}`}
                  value={String(other)}
                  data={versions.filter((one) => one.version !== version).map((one) => String(one.version))}
                  onChange={(event) => compare(version, Number(event.currentTarget.value))}
                />
                <Difference reactorId={reactorId} version={version} other={other} />
              </section>
            )}
          </Stack>
        )
      }}
    </Answered>
  )
}
