// How many requests callers may make and have left, and how fast events usually come.

import { Progress, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { rates as words } from '#words/limits'
import { call } from '../../../api/client'
import { patchTenant } from '../../../api/generated/sdk.gen'
import type { CallerView, RateLimitsView, RateView } from '../../../api/generated/types.gen'
import { rateLimitsQuery, tenantQuery } from '../../../api/system'
import { Editor } from '../../../parts/Editor'
import type { Field } from '../../../parts/editor'
import { NounSection } from '../../../parts/NounSection'
import { Answered } from '../../../parts/notices'
import { notify } from '../../../parts/notify'
import { OpenButton } from '../../../parts/OpenButton'
import { Section } from '../../../parts/Page'
import { Table, type Column } from '../../../parts/Table'
import { Facts } from '../../../parts/values'
import { lengthOfSeconds } from '#words/counted'
import { VELOCITY } from './velocity'

export function Limits() {
  const query = useQuery(rateLimitsQuery)
  const change = (
    <OpenButton name="rates" size="xs" disabled={!query.data} label={words.change}>
      {(close) => <ChangeRate onClose={close} />}
    </OpenButton>
  )
  return (
    <Stack>
      <Section title={words.title} actions={change}>
        <Text size="sm" c="dimmed" mb="sm" className="pc-prose">
          {words.about}
        </Text>
        <Answered query={query} rows={4}>
          {(found) => <Rates found={found} />}
        </Answered>
      </Section>
      <Section title={words.callers}>
        <Text size="sm" c="dimmed" mb="sm" className="pc-prose">
          {words.callersAbout}
        </Text>
        <Answered query={query} rows={4}>
          {({ callers }) =>
            callers.length === 0 ? (
              <p className="pc-nothing">{words.noCallers}</p>
            ) : (
              <Table columns={COLUMNS} rows={callers} idOf={(caller) => caller.kind + caller.id} />
            )
          }
        </Answered>
      </Section>
      <NounSection noun={VELOCITY} />
    </Stack>
  )
}

const said = ({ rate, burst }: RateView) => (rate === null || burst === null ? words.none : words.says(rate, burst))

function Rates({ found }: { found: RateLimitsView }) {
  return (
    <Facts
      items={[
        [words.key, `${said(found.key)}, ${found.isOwn ? words.own : words.server}`],
        [words.user, said(found.user)],
        [words.most, words.says(found.rateMax, found.rateMax)],
        [words.batch, words.events(found.eventsARequest)],
      ]}
    />
  )
}

function nameOf({ name, eventType }: CallerView): string {
  if (name === null) return words.console
  return eventType ? words.ofType(name, eventType) : name
}

const COLUMNS: Column<CallerView>[] = [
  { name: words.caller, cell: (caller) => <b className="pc-break">{nameOf(caller)}</b> },
  { name: words.kind, cell: (caller) => words.kinds[caller.kind] ?? caller.kind },
  { name: words.left, cell: (caller) => <Left caller={caller} /> },
  { name: words.full, cell: ({ fullInSeconds: left }) => (left > 0 ? lengthOfSeconds(left) : words.isFull) },
]

function Left({ caller }: { caller: CallerView }) {
  const share = caller.burst === 0 ? 0 : (100 * caller.left) / caller.burst
  return (
    <>
      <Progress.Root>
        <Progress.Section value={share} aria-label={nameOf(caller)} color={share < 10 ? 'orange' : undefined} />
      </Progress.Root>
      {words.leftOf(caller.left, caller.burst)}
    </>
  )
}

const FIELDS: Field[] = [
  { kind: 'number', at: '/rateLimit', label: words.rate, hint: words.empty },
  { kind: 'number', at: '/rateBurst', label: words.burst, hint: words.empty },
]

function ChangeRate({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient()
  const tenant = useQuery(tenantQuery).data
  if (!tenant) return null
  const put = async (body: object) => {
    await call((to) => patchTenant({ ...to, body: body as never }))
    for (const { queryKey } of [rateLimitsQuery, tenantQuery]) void queries.invalidateQueries({ queryKey })
  }
  const { rateLimit, rateBurst } = tenant
  const send = async (body: object) => {
    await put(body)
    notify(words.saved, () => put({ rateLimit, rateBurst }))
    onClose()
  }
  return <Editor title={words.change} action={words.save} fields={FIELDS} row={tenant} send={send} onClose={onClose} />
}
