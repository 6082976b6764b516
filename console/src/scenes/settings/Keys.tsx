// Clients: the machines that call the API.

import { Badge, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { parts } from '#words/parts'
import { keys as words, roleAbout, settings } from '#words/system'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import { clientsQuery, ifVersion, type ClientView } from '../../api/system'
import { Confirm } from '../../parts/Confirm'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { Answered, Empty } from '../../parts/notices'
import { notify } from '../../parts/notify'
import type { Role } from '../../parts/roles'
import { Table, type Column } from '../../parts/Table'
import { Id, Time } from '../../parts/values'
import { ShownOnce } from './ShownOnce'

const ROLES: Role[] = ['INTEGRATION', 'VIEWER', 'SUPPORT', 'MANAGER', 'OWNER']
type Open = { what: 'add' } | { what: 'change' | 'rotate' | 'revoke'; client: ClientView }

export function Keys() {
  const query = useQuery(clientsQuery)
  const [open, setOpen] = useState<Open>()
  const [secret, setSecret] = useState<string>()
  const close = () => setOpen(undefined)
  const columns: Column<ClientView>[] = [
    { name: words.name, cell: (client) => <b className="pc-break">{client.name}</b> },
    { name: words.id, cell: (client) => <Id value={client.id} what={words.id} /> },
    { name: words.role, cell: (client) => parts.roles[client.role as Role] },
    { name: words.state, cell: (client) => <State client={client} /> },
    { name: words.made, cell: (client) => <Time value={client.createdAt} /> },
    { name: settings.actions, cell: (client) => (client.revokedAt ? null : <Actions client={client} open={setOpen} />) },
  ]
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" className="pc-prose">
          {words.intro}
        </Text>
        <Button onClick={() => setOpen({ what: 'add' })}>{words.add}</Button>
      </Group>
      <Answered query={query} rows={4}>
        {(clients) =>
          clients.length === 0 ? (
            <Empty title={words.none}>{words.noneYet}</Empty>
          ) : (
            <Table columns={columns} rows={clients} idOf={(client) => client.id} />
          )
        }
      </Answered>
      {open?.what === 'add' && <Edit onClose={close} onTold={setSecret} />}
      {open?.what === 'change' && <Edit client={open.client} onClose={close} onTold={setSecret} />}
      {open?.what === 'rotate' && <Rotate client={open.client} onClose={close} onTold={setSecret} />}
      {open?.what === 'revoke' && <Revoke client={open.client} onClose={close} />}
      {secret && (
        <ShownOnce
          title={words.secretTitle}
          about={words.secretAbout}
          label={words.secret}
          text={secret}
          copy={words.copySecret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </Stack>
  )
}

function State({ client }: { client: ClientView }) {
  if (client.revokedAt) return <Badge color="gray">{words.revoked}</Badge>
  if (!client.formerSecretUntil) return <>{words.live}</>
  return (
    <>
      {words.former} <Time value={client.formerSecretUntil} />
    </>
  )
}

function Actions({ client, open }: { client: ClientView; open: (what: Open) => void }) {
  const button = (what: 'change' | 'rotate' | 'revoke', text: string, name: string) => (
    <Button size="compact-xs" variant="default" aria-label={name} onClick={() => open({ what, client })}>
      {text}
    </Button>
  )
  return (
    <Group gap={4}>
      {button('change', settings.change, settings.changeOf(client.name))}
      {button('rotate', words.rotate, words.rotateOf(client.name))}
      {button('revoke', words.revoke, words.revokeOf(client.name))}
    </Group>
  )
}

type Told = { onClose: () => void; onTold: (secret: string | undefined) => void }

function Edit({ client, onClose, onTold }: Told & { client?: ClientView }) {
  const queries = useQueryClient()
  const [name, setName] = useState(client?.name ?? '')
  const [role, setRole] = useState(client?.role ?? 'INTEGRATION')
  const body = { name: name.trim(), role: role as Role }
  return (
    <Dialog title={client ? settings.changeOf(client.name) : words.add} onClose={onClose}>
      <DialogForm
        action={client ? settings.save : words.addAction}
        isIncomplete={!name.trim()}
        body={body}
        send={async (headers) => {
          if (client) {
            const path = { client_id: client.id }
            await call((to) => api.patchClient({ ...to, headers: ifVersion(client.version), path, body }))
            notify(settings.saved)
          } else {
            const { data } = await call((to) => api.createClient({ ...to, headers, body }))
            onTold(data.clientSecret)
          }
          onClose()
          await queries.invalidateQueries({ queryKey: clientsQuery.queryKey })
        }}
        onClose={onClose}
      >
        {(faultAt) => (
          <>
            <TextInput
              label={words.name}
              description={words.nameAbout}
              data-autofocus
              error={faultAt('/name')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <NativeSelect
              label={words.role}
              error={faultAt('/role')}
              data={ROLES.map((one) => ({ value: one, label: `${parts.roles[one]}: ${roleAbout[one]}` }))}
              value={role}
              onChange={(event) => setRole(event.currentTarget.value)}
            />
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}

function Rotate({ client, onClose, onTold }: Told & { client: ClientView }) {
  const queries = useQueryClient()
  const [overlap, setOverlap] = useState('86400')
  const body = { overlapSeconds: Number(overlap) }
  return (
    <Dialog title={words.rotateOf(client.name)} onClose={onClose}>
      <Text size="sm" mb="sm">
        {words.rotateAbout}
      </Text>
      <DialogForm
        action={words.rotateAction}
        body={body}
        send={async (headers) => {
          const path = { client_id: client.id }
          const { data } = await call((to) => api.rotateClient({ ...to, headers, path, body }))
          onClose()
          onTold(data.clientSecret)
          await queries.invalidateQueries({ queryKey: clientsQuery.queryKey })
        }}
        onClose={onClose}
      >
        {() => (
          <NativeSelect
            label={words.overlap}
            data={Object.entries(words.overlaps).map(([value, label]) => ({ value, label }))}
            value={overlap}
            onChange={(event) => setOverlap(event.currentTarget.value)}
          />
        )}
      </DialogForm>
    </Dialog>
  )
}

function Revoke({ client, onClose }: { client: ClientView; onClose: () => void }) {
  const queries = useQueryClient()
  return (
    <Confirm
      title={words.revokeTitle(client.name)}
      action={words.revokeAction}
      onConfirm={async () => {
        await call((to) => api.revokeClient({ ...to, path: { client_id: client.id } }))
        onClose()
        notify(words.isRevoked(client.name))
        await queries.invalidateQueries({ queryKey: clientsQuery.queryKey })
      }}
      onClose={onClose}
    >
      {words.revokeAbout}
    </Confirm>
  )
}
