// Clients: the machines that call the API.

import { Badge, NativeSelect, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { parts } from '#words/parts'
import { keys as words } from '#words/system'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import { clientsQuery, readClients, type ClientView } from '../../api/system'
import type { Noun } from '../../parts/noun'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import type { Field } from '../../parts/editor'
import { OpenButton } from '../../parts/OpenButton'
import { OWNERS, type Role } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { Id, Time } from '../../parts/values'
import type { Once } from './ShownOnce'
import { roleField, WithSecrets } from './WithSecrets'

const FIELDS: Field[] = [
  { kind: 'text', at: '/name', label: words.name, hint: words.nameAbout, required: true },
  roleField(words.role, ['INTEGRATION', 'VIEWER', 'SUPPORT', 'MANAGER', 'OWNER'], 'INTEGRATION'),
]

const COLUMNS: Column<ClientView>[] = [
  { name: words.id, cell: (client) => <Id value={client.id} what={words.id} /> },
  { name: words.role, cell: (client) => parts.roles[client.role as Role] },
  { name: words.state, cell: (client) => <State client={client} /> },
  { name: words.made, cell: (client) => <Time value={client.createdAt} /> },
]

type Tell = (told: Once) => void

const onceOf = (text = ''): Once => ({
  title: words.secretTitle,
  about: words.secretAbout,
  label: words.secret,
  text,
  copy: words.copySecret,
})

const nounOf = (tell: Tell): Noun<ClientView> => ({
  key: clientsQuery.queryKey[0]!,
  words,
  nameOf: (client) => client.name,
  read: readClients,
  columns: COLUMNS,
  useFields: () => FIELDS,
  create: async (body, headers) => {
    const { data } = await call((to) => api.createClient({ ...to, headers, body }))
    tell(onceOf(data.clientSecret))
    return data
  },
  change: ({ id }, body, headers) => call((to) => api.patchClient({ ...to, headers, path: { client_id: id }, body })),
  remove: ({ id }) => call((to) => api.revokeClient({ ...to, path: { client_id: id } })),
  isOpen: (client) => !client.revokedAt,
  actions: (client) => (
    <OpenButton name="rotate" of={client.id} size="compact-xs" label={words.rotate} about={client.name}>
      {(close) => <Rotating client={client} tell={tell} onClose={close} />}
    </OpenButton>
  ),
  roles: OWNERS,
})

export function Keys() {
  return <WithSecrets nounOf={nounOf} />
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

function Rotating({ client, tell, onClose }: { client: ClientView; tell: Tell; onClose: () => void }) {
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
          tell(onceOf(data.clientSecret))
          await queries.invalidateQueries({ queryKey: clientsQuery.queryKey })
        }}
        onClose={onClose}
      >
        {(faultAt) => (
          <NativeSelect
            label={words.overlap}
            error={faultAt('/overlapSeconds')}
            data={Object.entries(words.overlaps).map(([value, label]) => ({ value, label }))}
            value={overlap}
            onChange={(event) => setOverlap(event.currentTarget.value)}
          />
        )}
      </DialogForm>
    </Dialog>
  )
}
