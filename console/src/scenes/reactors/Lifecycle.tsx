// What a reactor goes through, by buttons: each asks first, for what it gives meanwhile stays given.

import { Button, Group, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { reactors as words } from '#words/reactors'
import { call } from '../../api/client'
import { cloneReactor, endReactor, pauseReactor, publishReactor, resumeReactor } from '../../api/generated/sdk.gen'
import type { OnceHeaders } from '../../api/once'
import type { ReactorView } from '../../api/queries'
import { Confirm } from '../../parts/Confirm'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { savedDraft } from '../../parts/drafts'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { EDITORS, useMayDo } from '../../parts/roles'

const { lifecycle } = words
type Move = 'publish' | 'pause' | 'resume' | 'end'

const MOVES: Record<Move, { states: string[]; operation: typeof publishReactor; title: (name: string) => string; means: string; done: (name: string) => string }> = {
  publish: { states: ['DRAFT'], operation: publishReactor, title: lifecycle.publishTitle, means: lifecycle.publishMeans, done: lifecycle.published },
  pause: { states: ['LIVE', 'SCHEDULED'], operation: pauseReactor as never, title: lifecycle.pauseTitle, means: lifecycle.pauseMeans, done: lifecycle.paused },
  resume: { states: ['PAUSED', 'ENDED'], operation: resumeReactor as never, title: lifecycle.resumeTitle, means: lifecycle.resumeMeans, done: lifecycle.resumed },
  end: { states: ['DRAFT', 'LIVE', 'SCHEDULED', 'PAUSED'], operation: endReactor as never, title: lifecycle.endTitle, means: lifecycle.endMeans, done: lifecycle.ended },
}

export function Lifecycle({ reactor }: { reactor: ReactorView }) {
  const mayEdit = useMayDo(EDITORS)
  const queries = useQueryClient()
  if (!mayEdit || reactor.isLocked) return null
  // An ended one in name only, by its effectivity, is changed and not resumed.
  const isOver = reactor.state === 'ENDED' && reactor.endedAt === null
  const moves = (Object.keys(MOVES) as Move[]).filter((move) => MOVES[move].states.includes(reactor.state) && !(isOver && move === 'resume'))
  const move = async (which: Move, headers: OnceHeaders, close: () => void) => {
    await call((to) => MOVES[which].operation({ ...to, path: { id: reactor.id }, headers }))
    close()
    notify(MOVES[which].done(reactor.name))
    await Promise.all([['reactors'], ['reactor', reactor.id], ['reactor versions', reactor.id]].map((queryKey) => queries.invalidateQueries({ queryKey })))
  }
  const isBegun = savedDraft(`reactor ${reactor.id}`) !== undefined
  return (
    <Group gap="xs">
      {reactor.endedAt === null && (
        <Button component={Link} to="/reactors/$reactorId/edit" params={{ reactorId: reactor.id } as never} search={{} as never}>
          {isBegun ? words.finishEdit : words.edit}
        </Button>
      )}
      {moves.map((which) => (
        <OpenButton key={which} name={which} color={which === 'end' ? 'red' : undefined} label={lifecycle[which]}>
          {(close) => (
            <Confirm
              title={MOVES[which].title(reactor.name)}
              action={lifecycle[which]}
              isHarmless={which !== 'end'}
              onConfirm={(headers) => move(which, headers, close)}
              onClose={close}
            >
              {MOVES[which].means}
            </Confirm>
          )}
        </OpenButton>
      ))}
      <OpenButton name="clone" label={lifecycle.clone}>
        {(close) => <Clone reactor={reactor} onClose={close} />}
      </OpenButton>
    </Group>
  )
}

const NAME_MAX = 64

function Clone({ reactor, onClose }: { reactor: ReactorView; onClose: () => void }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [name, setName] = useState(lifecycle.copyOf(reactor.name).slice(0, NAME_MAX))
  const body = { name, state: 'DRAFT' }
  const clone = async (headers: OnceHeaders) => {
    const { data } = await call((to) => cloneReactor({ ...to, path: { id: reactor.id }, body: body as never, headers }))
    notify(lifecycle.cloned(data.name))
    void queries.invalidateQueries({ queryKey: ['reactors'] })
    await navigate({ to: '/reactors/$reactorId', params: { reactorId: data.id }, search: {}, replace: true })
  }
  return (
    <Dialog title={lifecycle.cloneTitle(reactor.name)} onClose={onClose}>
      <DialogForm action={lifecycle.clone} isIncomplete={name.trim() === ''} body={body} send={clone} onClose={onClose}>
        {(faultAt) => (
          <>
            <Text size="sm">{lifecycle.cloneMeans}</Text>
            <TextInput label={lifecycle.cloneName} className="pc-required" aria-required value={name} error={faultAt('/name')} onChange={(event) => setName(event.currentTarget.value)} />
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}
