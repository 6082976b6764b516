// Clients: the machines that call the API.

import { Badge, Button, NativeSelect, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { parts } from '#words/parts'
import { keys as words, roleAbout } from '#words/system'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import { clientsQuery, readClients, type ClientView } from '../../api/system'
import { Listed, type Noun } from '../../parts/Collection'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import type { Field } from '../../parts/editor'
import { OWNERS, type Role } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { Id, Time } from '../../parts/values'
import { ShownOnce } from './ShownOnce'

const ROLES: Role[] = ['INTEGRATION', 'VIEWER', 'SUPPORT', 'MANAGER', 'OWNER']

const FIELDS: Field[] = [
  { kind: 'text', at: '/name', label: words.name, hint: words.nameAbout, required: true },
  {
    kind: 'choice',
    at: '/role',
    label: words.role,
    options: ROLES.map((role) => ({ value: role, label: `${parts.roles[role]}: ${roleAbout[role]}` })),
    initially: 'INTEGRATION',
    required: true,
  },
]

const COLUMNS: Column<ClientView>[] = [
  { name: words.id, cell: (client) => <Id value={client.id} what={words.id} /> },
  { name: words.role, cell: (client) => parts.roles[client.role as Role] },
  { name: words.state, cell: (client) => <State client={client} /> },
  { name: words.made, cell: (client) => <Time value={client.createdAt} /> },
]

type Told = { onTold: (secret: string | undefined) => void }

const nounOf = ({ onTold }: Told): Noun<ClientView> => ({
  key: clientsQuery.queryKey[0]!,
  words,
  nameOf: (client) => client.name,
  read: readClients,
  columns: COLUMNS,
  useFields: () => FIELDS,
  create: async (body, headers) => {
    const { data } = await call((to) => api.createClient({ ...to, headers, body }))
    onTold(data.clientSecret)
    return data
  },
  change: ({ id }, body, headers) => call((to) => api.patchClient({ ...to, headers, path: { client_id: id }, body })),
  remove: ({ id }) => call((to) => api.revokeClient({ ...to, path: { client_id: id } })),
  isOpen: (client) => !client.revokedAt,
  actions: (client) => <Rotate client={client} onTold={onTold} />,
  roles: OWNERS,
})

export function Keys() {
  const [secret, setSecret] = useState<string>()
  const noun = useMemo(() => nounOf({ onTold: setSecret }), [])
  return (
    <>
      <Listed noun={noun} />
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
    </>
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

function Rotate({ client, onTold }: Told & { client: ClientView }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => setIsOpen(true)}>
        {words.rotate}
        <span className="pc-offscreen"> {client.name}</span>
      </Button>
      {isOpen && <Rotating client={client} onTold={onTold} onClose={() => setIsOpen(false)} />}
    </>
  )
}

function Rotating({ client, onTold, onClose }: Told & { client: ClientView; onClose: () => void }) {
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
