// The calls of other systems that an event caused.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { event as words } from '#words/event'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { WebhookCallView } from '../../api/generated/types.gen'
import type { EventView } from '../../api/queries'
import { Answered } from '../../parts/notices'
import { Section } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'
import { Time } from '../../parts/values'

const { webhooks } = words

export function Webhooks({ event }: { event: EventView }) {
  const query = useQuery({
    queryKey: ['webhooks', event.id],
    queryFn: async ({ signal }) => (await call((to) => api.getWebhooks({ ...to, path: { id: event.id } }), signal)).data,
  })
  return (
    <Section title={webhooks.title}>
      <Answered query={query} rows={1}>
        {({ calls }) =>
          calls.length === 0 ? (
            <p className="pc-nothing">{webhooks.none}</p>
          ) : (
            <Table columns={COLUMNS} rows={calls} idOf={(one) => one.id} />
          )
        }
      </Answered>
    </Section>
  )
}

const COLUMNS: Column<WebhookCallView>[] = [
  { name: webhooks.host, cell: (one) => one.host },
  { name: webhooks.state, cell: (one) => webhooks.states[one.state] ?? one.state },
  { name: webhooks.headers, cell: (one) => one.headers.join(', ') || webhooks.noHeaders },
  {
    name: webhooks.reactor,
    cell: ({ reactor }) => (
      <Link to="/reactors/$reactorId" params={{ reactorId: reactor.id }} search={{ version: reactor.version } as never}>
        {reactor.name}
      </Link>
    ),
  },
  { name: webhooks.since, cell: (one) => <Time value={one.createdAt} /> },
]
