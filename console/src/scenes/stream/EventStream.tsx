// Events > Event Stream: what is happening, what has happened, and what was not recorded.

import { Button, Group, Tabs } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { stream } from '#words/stream'
import { useIsAbout } from '../../parts/about'
import { nameOf } from '../../parts/user'
import { ErrorNotice, Rows } from '../../parts/notices'
import { Page } from '../../parts/Page'
import type { RootSearch, StreamSearch } from '../../router'
import { Chips } from './Chips'
import { Events } from './Events'
import { ExportLinks } from './ExportLinks'
import { SearchBox } from './SearchBox'
import { TimeChoice } from './TimeChoice'
import { withInstead } from './query'
import { useStreamQuery, type StreamQuery } from './useStreamQuery'

const Duplicates = lazy(() => import('./Duplicates'))
const Quarantine = lazy(() => import('./Quarantine'))

export function EventStream() {
  const { q = '', tab } = useSearch({ strict: false }) as StreamSearch
  const navigate = useNavigate()
  const query = useStreamQuery(q)
  const set = useCallback(
    (changed: StreamSearch & RootSearch, replace = false) =>
      void navigate({ to: '/events', search: (before: StreamSearch) => ({ ...before, ...changed }), replace }),
    [navigate],
  )
  // An address with `type` or `subject` of its own is rewritten, so that it says the same once it is changed.
  useEffect(() => {
    if (/[?&](type|subject)=/.test(location.search)) set({ q: q || undefined }, true)
  }, [q, set])
  // What is searched from a dialog takes the dialog's place.
  const search = useCallback(
    (written: string) => set({ q: written || undefined, open: undefined }, /[?&]open=/.test(location.search)),
    [set],
  )
  const shown = tab ?? 'events'
  useIsAbout(query.filters?.subject)
  const [head, setHead] = useState<HTMLElement | null>(null)
  return (
    <Page
      title={stream.title}
      actions={<Group gap="xs" ref={setHead} />}
    >
      <div className="pc-searching">
        <SearchBox q={q} faults={query.faults} onSearch={search} />
        <TimeChoice q={q} conditions={query.conditions} onSearch={search} />
        {shown === 'events' && query.filters && <ExportLinks filters={query.filters} />}
      </div>
      <Chips q={q} conditions={query.conditions} subjectId={query.filters?.subject} onSearch={search} />
      <Candidates q={q} query={query} onSearch={search} />
      <Tabs
        value={shown}
        keepMounted={false}
        onChange={(next) => set({ tab: next === 'events' ? undefined : (next as StreamSearch['tab']) })}
      >
        <Tabs.List mb="sm" aria-label={stream.tabs.label}>
          {(['events', 'duplicates', 'quarantine'] as const).map((one) => (
            <Tabs.Tab key={one} value={one}>
              {stream.tabs[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={shown}>
          {query.failure ? (
            <ErrorNotice error={query.failure} />
          ) : query.isLooking ? (
            <Rows count={10} height={44} />
          ) : (
            query.filters && (
              <Suspense fallback={<Rows count={10} height={44} />}>
                {shown === 'duplicates' ? (
                  <Duplicates filters={query.filters} />
                ) : shown === 'quarantine' ? (
                  <Quarantine filters={query.filters} />
                ) : (
                  <Events filters={query.filters} conditions={query.conditions} head={head} />
                )}
              </Suspense>
            )
          )}
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

/** Those whom a name may mean. */
function Candidates({ q, query, onSearch }: { q: string; query: StreamQuery; onSearch: (q: string) => void }) {
  if (query.candidates.length === 0) return null
  return (
    <Group gap="xs">
      {query.candidates.map((user) => (
        <Button
          key={user.id}
          size="xs"
          variant="default"
          onClick={() => onSearch(withInstead(q, ['subject'], `subject:${user.id}`))}
        >
          {nameOf(user)} · {user.accountNumber}
        </Button>
      ))}
    </Group>
  )
}
