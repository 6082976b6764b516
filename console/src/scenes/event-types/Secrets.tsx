import { Badge, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { eventTypes } from '#words/event-types'
import { call } from '../../api/client'
import { createSecret, getSecretInFull, patchSecret, revokeSecret, rotateSecret } from '../../api/generated/sdk.gen'
import type { OnceHeaders } from '../../api/once'
import { secretsQuery, type NamedSecretView } from '../../api/queries'
import { Confirm } from '../../parts/Confirm'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { Editor } from '../../parts/Editor'
import type { Field } from '../../parts/editor'
import { Answered, Empty, ErrorNotice } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { Table, type Column } from '../../parts/Table'
import { CopyButton, Time } from '../../parts/values'
import { stateOf, type SecretState } from './words'

const words = eventTypes.secrets
type Told = { name: string; value: string }

/** The secrets that report events of a private type. What they are is shown when it is asked for, and only then. */
export function Secrets({ eventType }: { eventType: string }) {
  const queries = useQueryClient()
  // What a secret is stands in no address.
  const [told, setTold] = useState<Told>()
  const [failure, setFailure] = useState<unknown>()
  const again = () => queries.invalidateQueries({ queryKey: ['secrets', eventType] })
  const show = async (secret: NamedSecretView) => {
    setFailure(undefined)
    try {
      const { data } = await call((to) => getSecretInFull({ ...to, path: { identifier: eventType, secret_id: secret.id } }))
      setTold({ name: data.name, value: data.secret ?? '' })
    } catch (error) {
      setFailure(error)
    }
  }
  const revoke = async (secret: NamedSecretView, headers: OnceHeaders, close: () => void) => {
    await call((to) => revokeSecret({ ...to, path: { identifier: eventType, secret_id: secret.id }, headers }))
    close()
    notify(words.revoked(secret.name))
    await again()
  }
  const add = (
    <OpenButton name="secret" className="pc-start" size="xs" label={words.add}>
      {(close) => <Add eventType={eventType} onMade={setTold} onClose={close} again={again} />}
    </OpenButton>
  )
  const doing: Column<NamedSecretView> = {
    name: words.columns.actions,
    cell: (secret) =>
      stateOf(secret, Date.now()) === 'revoked' ? null : (
        <Group gap={4}>
          <Button size="compact-xs" variant="default" aria-label={words.of(words.show, secret.name)} onClick={() => void show(secret)}>
            {words.show}
          </Button>
          <OpenButton name="change" {...lookOf(words.change, secret)}>
            {(close) => <Change eventType={eventType} secret={secret} onClose={close} again={again} />}
          </OpenButton>
          <OpenButton name="rotate" {...lookOf(words.rotate, secret)}>
            {(close) => <Rotate eventType={eventType} secret={secret} onMade={setTold} onClose={close} again={again} />}
          </OpenButton>
          <OpenButton name="revoke" {...lookOf(words.revoke, secret)} variant="subtle" color="red">
            {(close) => (
              <Confirm
                title={words.revokeTitle(secret.name)}
                action={words.revoke}
                onConfirm={(headers) => revoke(secret, headers, close)}
                onClose={close}
              >
                {words.revokeMeans}
              </Confirm>
            )}
          </OpenButton>
        </Group>
      ),
  }
  return (
    <Stack gap="xs">
      <Answered query={useQuery(secretsQuery(eventType))} rows={2}>
        {(secrets) =>
          secrets.length === 0 ? (
            <Empty title={words.none}>{words.noneMeans}</Empty>
          ) : (
            <>
              <Table columns={[...COLUMNS, doing]} rows={secrets} idOf={(secret) => secret.id} />
              <Text size="xs" c="dimmed">
                {words.note}
              </Text>
            </>
          )
        }
      </Answered>
      {failure ? <ErrorNotice error={failure} /> : null}
      {add}
      {told && <Shown name={told.name} value={told.value} onClose={() => setTold(undefined)} />}
    </Stack>
  )
}

const lookOf = (label: string, { id, name }: NamedSecretView) =>
  ({ of: id, label, 'aria-label': words.of(label, name), size: 'compact-xs' }) as const

type Making = { eventType: string; onMade: (told: Told) => void; onClose: () => void; again: () => Promise<void> }

function Add({ eventType, onMade, onClose, again }: Making) {
  const [name, setName] = useState('')
  const send = async (headers: OnceHeaders) => {
    const { data } = await call((to) => createSecret({ ...to, path: { identifier: eventType }, body: { name } as never, headers }))
    onClose()
    onMade({ name: data.name, value: data.secret ?? '' })
    await again()
  }
  return (
    <Dialog title={words.add} onClose={onClose}>
      <DialogForm action={words.add} isIncomplete={name.trim() === ''} body={{ name }} send={send} onClose={onClose}>
        {(faultAt) => (
          <TextInput label={words.name} description={words.nameHelp} className="pc-required" aria-required autoComplete="off" value={name} error={faultAt('/name')} onChange={(event) => setName(event.currentTarget.value)} />
        )}
      </DialogForm>
    </Dialog>
  )
}

const CHANGEABLE: Field[] = [
  { kind: 'text', at: '/name', label: words.name, hint: words.nameHelp, required: true },
  { kind: 'instant', at: '/expiresAt', label: words.expires, hint: words.expiresHelp },
]

function Change({ eventType, secret, onClose, again }: Omit<Making, 'onMade'> & { secret: NamedSecretView }) {
  const send = async (body: object, headers: OnceHeaders) => {
    const path = { identifier: eventType, secret_id: secret.id }
    const sent = { ...headers, 'If-Match': `"${secret.version}"` }
    await call((to) => patchSecret({ ...to, path, body, headers: sent }))
    onClose()
    notify(words.changed(secret.name))
    await again()
  }
  return <Editor title={words.of(words.change, secret.name)} fields={CHANGEABLE} row={secret} send={send} onClose={onClose} />
}

const OVERLAP = '86400'

function Rotate({ eventType, secret, onMade, onClose, again }: Making & { secret: NamedSecretView }) {
  const [overlap, setOverlap] = useState(OVERLAP)
  const body = { overlapSeconds: Number(overlap) }
  const send = async (headers: OnceHeaders) => {
    const { data } = await call((to) => rotateSecret({ ...to, path: { identifier: eventType, secret_id: secret.id }, body: body as never, headers }))
    onClose()
    onMade({ name: data.name, value: data.secret ?? '' })
    await again()
  }
  return (
    <Dialog title={words.rotateTitle(secret.name)} onClose={onClose}>
      <DialogForm action={words.rotate} body={body} send={send} onClose={onClose}>
        {(faultAt) => (
          <>
            <Text size="sm">{words.rotateMeans}</Text>
            <NativeSelect
              label={words.overlap}
              value={overlap}
              error={faultAt('/overlapSeconds')}
              data={Object.entries(words.overlaps).map(([value, label]) => ({ value, label }))}
              onChange={(event) => setOverlap(event.currentTarget.value)}
            />
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}

function Shown({ name, value, onClose }: { name: string; value: string; onClose: () => void }) {
  return (
    <Dialog title={words.shown(name)} onClose={onClose}>
      <Stack>
        <Text size="sm">{words.shownMeans}</Text>
        <TextInput label={words.value} readOnly value={value} className="pc-textarea-mono" onFocus={(event) => event.currentTarget.select()} />
        <Group justify="flex-end">
          <CopyButton text={value} label={words.copy} />
          <Button onClick={onClose}>{words.close}</Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

const COLOURS: Record<SecretState, string> = { valid: 'green', 'being replaced': 'orange', expired: 'gray', revoked: 'gray' }

function State({ secret }: { secret: NamedSecretView }) {
  const state = stateOf(secret, Date.now())
  return (
    <Badge size="sm" variant="light" color={COLOURS[state]}>
      {words.states[state]}
    </Badge>
  )
}

const when = (time: string | null | undefined, otherwise: string) => (time ? <Time value={time} /> : otherwise)

const COLUMNS: Column<NamedSecretView>[] = [
  { name: words.columns.name, cell: (secret) => secret.name },
  { name: words.columns.hint, cell: (secret) => (secret.hint ? <code>{secret.hint}…</code> : words.unknown) },
  { name: words.columns.state, cell: (secret) => <State secret={secret} /> },
  { name: words.columns.used, cell: (secret) => when(secret.lastUsedAt, words.never) },
  { name: words.columns.made, cell: (secret) => <Time value={secret.createdAt} /> },
  { name: words.columns.ends, cell: (secret) => when(secret.revokedAt ?? secret.expiresAt, words.noEnd) },
]
