// The end of the editor: saving, what the server says against it, and what somebody else has changed meanwhile.

import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { editor } from '#words/reactor-editor'
import { call } from '../../../api/client'
import { writeExact, type JsonObject } from '../../../api/exactJson'
import { createReactor, patchReactor } from '../../../api/generated/sdk.gen'
import { useOnce, type OnceHeaders } from '../../../api/once'
import { OTHER_VERSION, type Problem } from '../../../api/problem'
import type { ReactorView } from '../../../api/queries'
import { Confirm } from '../../../parts/Confirm'
import type { useDraft } from '../../../parts/drafts'
import { useOpened, type Opened } from '../../../parts/inFront'
import { Answered } from '../../../parts/notices'
import { notify } from '../../../parts/notify'
import { focusHeading } from '../../../parts/Page'
import { leaving, Refused, SaveRow, useWork } from '../../../parts/saving'
import { Difference } from '../Difference'
import { reactorQuery } from '../queries'
import { changesOf, definitionOf, draftOf, type Draft } from './draft'

type Kept = ReturnType<typeof useDraft<Draft>>

export type Saved = {
  save: (state?: 'DRAFT' | 'LIVE') => Promise<boolean>
  /** Throws away what was written, and goes to where it would have led. */
  leave: () => Promise<void>
  saveOver: (version: number) => void
  takeTheirs: (theirs: ReactorView) => void
  faultAt: (pointer: string) => string | undefined
  problem: Problem | undefined
  isBusy: boolean
}

export function useSaving(reactor: ReactorView | undefined, kept: Kept): Saved {
  const { draft, change, forget } = kept
  const once = useOnce()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { problem, setProblem, isBusy, during, faultAt } = useWork()

  const send = async (state: 'DRAFT' | 'LIVE' | undefined, headers: OnceHeaders) => {
    if (!reactor) {
      const body = { ...definitionOf(draft), state: state ?? 'DRAFT' }
      return (await call((to) => createReactor({ ...to, body: body as never, headers }))).data
    }
    const changes = changesOf(draft, reactor)
    const sent = { ...headers, 'If-Match': `"${draft.version ?? reactor.version}"` }
    return (await call((to) => patchReactor({ ...to, path: { id: reactor.id }, body: changes as never, headers: sent }))).data
  }
  const save = (state?: 'DRAFT' | 'LIVE') =>
    during(async () => {
      const saved = await once(writeExact({ draft, state }), (headers) => send(state, headers))
      forget()
      notify(reactor ? editor.saved(saved.name, saved.version) : editor.added(saved.name))
      for (const queryKey of [['reactors'], ['reactor', saved.id], ['reactor versions', saved.id]])
        void queries.invalidateQueries({ queryKey })
      await navigate({ to: '/reactors/$reactorId', params: { reactorId: saved.id }, search: {} })
      requestAnimationFrame(focusHeading)
    }, true)
  const leave = leaving(
    kept,
    () => (reactor ? navigate({ to: '/reactors/$reactorId', params: { reactorId: reactor.id }, search: {} }) : navigate({ to: '/reactors', search: {} })),
    () => (reactor ? navigate({ to: '/reactors/$reactorId/edit', params: { reactorId: reactor.id }, search: {} }) : navigate({ to: '/reactors/new', search: {} })),
  )
  return {
    save,
    leave,
    problem,
    isBusy,
    faultAt,
    saveOver: (version) => {
      setProblem(undefined)
      change((before) => ({ ...before, version }))
    },
    takeTheirs: (theirs) => {
      setProblem(undefined)
      change(() => draftOf(theirs))
      if (reactor) queries.setQueryData(reactorQuery(reactor.id).queryKey, theirs)
    },
  }
}

type Props = { reactor?: ReactorView; draft: Draft; changes: JsonObject; canRead: boolean; hasType: boolean; saving: Saved }

export function Saving({ reactor, draft, changes, canRead, hasType, saving }: Props) {
  const { problem, isBusy } = saving
  const publishing = useOpened('publish')
  const changing = useOpened('save')
  const isSame = reactor !== undefined && Object.keys(changes).length === 0
  const why = !canRead ? editor.unreadable : isSame ? editor.nothingChanged : !reactor && !hasType ? editor.typeFirst : undefined
  const isOff = why !== undefined || isBusy
  const saved = async (asked: Opened, state?: 'LIVE') => {
    await asked.close()
    await saving.save(state)
  }
  const name = String(draft.body.name ?? '')
  return (
    <Stack gap="sm" aria-live="polite">
      {problem?.status === OTHER_VERSION && reactor ? (
        <Conflict reactor={reactor} began={draft.version ?? reactor.version} saving={saving} />
      ) : (
        problem && <Refused problem={problem} />
      )}
      <SaveRow why={why} onLeave={saving.leave}>
        {reactor ? (
          <Button loading={isBusy} disabled={isOff} onClick={() => (reactor.state === 'LIVE' ? changing.open() : void saving.save())}>
            {editor.save}
          </Button>
        ) : (
          <>
            <Button loading={isBusy} disabled={isOff} onClick={() => void saving.save('DRAFT')}>
              {editor.saveDraft}
            </Button>
            <Button variant="default" disabled={isOff} onClick={() => publishing.open()}>
              {editor.saveLive}
            </Button>
          </>
        )}
      </SaveRow>
      {!reactor && !isOff && publishing.isOpen && (
        <Confirm isHarmless title={editor.liveTitle(name)} action={editor.saveLive} onConfirm={() => saved(publishing, 'LIVE')} onClose={publishing.close}>
          {editor.liveMeans}
        </Confirm>
      )}
      {reactor && !isOff && changing.isOpen && (
        <Confirm isHarmless title={editor.changeLiveTitle(name)} action={editor.save} onConfirm={() => saved(changing)} onClose={changing.close}>
          {editor.changeLiveMeans}
        </Confirm>
      )}
    </Stack>
  )
}

function Conflict({ reactor, began, saving }: { reactor: ReactorView; began: number; saving: Saved }) {
  // Under another name than the page's own: that one stays what the draft began from.
  const query = useQuery({ ...reactorQuery(reactor.id), queryKey: ['reactor now', reactor.id], staleTime: 0 })
  return (
    <Alert color="orange" variant="light" role="alert" title={editor.conflict}>
      <Answered query={query as never} rows={2}>
        {(theirs: ReactorView) => (
          <Stack gap="sm" align="flex-start">
            <Text size="sm">{editor.conflictIs(began, theirs.version)}</Text>
            <Text size="sm" fw={600}>
              {editor.theirs(began, theirs.version)}
            </Text>
            <div className="pc-whole">
              <Difference reactorId={reactor.id} version={theirs.version} other={began} />
            </div>
            <Group gap="sm">
              <Button size="xs" variant="default" onClick={() => saving.takeTheirs(theirs)}>
                {editor.takeTheirs}
              </Button>
              <Button size="xs" onClick={() => saving.saveOver(theirs.version)}>
                {editor.saveOver}
              </Button>
            </Group>
          </Stack>
        )}
      </Answered>
    </Alert>
  )
}
