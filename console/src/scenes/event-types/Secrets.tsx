import { Badge, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { secretsQuery, type NamedSecretView } from '../../api/queries'
import { Answered, Empty } from '../../parts/notices'
import { Table, type Column } from '../../parts/Table'
import { Time } from '../../parts/values'
import { stateOf, type SecretState } from './words'

/** The secrets that report events of a private type: which there are, and never what they are. */
export function Secrets({ eventType }: { eventType: string }) {
  return (
    <Answered query={useQuery(secretsQuery(eventType))} rows={2}>
      {(secrets) =>
        secrets.length === 0 ? (
          <Empty title="It has no secret.">
            Only administrators report its events. POST /v1/event_types/{eventType}/secrets/ makes one.
          </Empty>
        ) : (
          <>
            <Table columns={COLUMNS} rows={secrets} idOf={(secret) => secret.id} />
            <Text size="xs" c="dimmed" mt="xs">
              The secrets themselves are not shown here. The last use is a few seconds behind.
            </Text>
          </>
        )
      }
    </Answered>
  )
}

const COLOURS: Record<SecretState, string> = { valid: 'green', 'being replaced': 'orange', expired: 'gray', revoked: 'gray' }

function State({ secret }: { secret: NamedSecretView }) {
  const state = stateOf(secret, Date.now())
  return (
    <Badge size="sm" variant="light" color={COLOURS[state]}>
      {state}
    </Badge>
  )
}

const when = (time: string | null | undefined, otherwise: string) => (time ? <Time value={time} /> : otherwise)

const COLUMNS: Column<NamedSecretView>[] = [
  { name: 'Name', cell: (secret) => secret.name },
  { name: 'Begins with', cell: (secret) => (secret.hint ? <code>{secret.hint}…</code> : 'not known') },
  { name: 'State', cell: (secret) => <State secret={secret} /> },
  { name: 'Last used', cell: (secret) => when(secret.lastUsedAt, 'never') },
  { name: 'Made', cell: (secret) => <Time value={secret.createdAt} /> },
  { name: 'Ends', cell: (secret) => when(secret.revokedAt ?? secret.expiresAt, 'never by itself') },
]
