// What somebody should look at, and has.

import { NativeSelect } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { call } from '../../api/client'
import { isObject, writeExact, type Json, type JsonObject } from '../../api/exactJson'
import { listAlerts } from '../../api/generated/sdk.gen'
import type { AlertView } from '../../api/generated/types.gen'
import { Empty } from '../../parts/notices'
import { Page } from '../../parts/Page'
import { Paged, pagesQuery } from '../../parts/Paged'
import type { Column } from '../../parts/Table'
import { Time, UserLink } from '../../parts/values'
import { alerts as words } from '#words/alerts'
import { Acknowledge } from './Acknowledge'

const ANY = 'ANY'
type Filters = { status: string; kind: string }

const alertsQuery = ({ status, kind }: Filters) =>
  pagesQuery<AlertView>(['alerts', status, kind], (cursor, signal) => {
    const filters = { ...(status === ANY ? {} : { status }), ...(kind === ANY ? {} : { kind }) }
    return call((to) => listAlerts({ ...to, query: { ...filters, limit: 50, cursor } }), signal)
  })

const choices = (names: Record<string, string>, any: string) => [
  ...Object.entries(names).map(([value, label]) => ({ value, label })),
  { value: ANY, label: any },
]

export function Alerts() {
  const { status = 'OPEN', kind = ANY } = useSearch({ strict: false }) as Partial<Filters>
  const navigate = useNavigate()
  const set = (change: Partial<Filters>) => void navigate({ to: '/alerts', search: { status, kind, ...change }, replace: true })
  return (
    <Page title={words.title} intro={words.intro}>
      <div className="pc-fields">
        <NativeSelect
          label={words.status}
          value={status}
          data={choices(words.states, words.any)}
          onChange={(event) => set({ status: event.currentTarget.value })}
        />
        <NativeSelect
          label={words.kind}
          value={kind}
          data={choices(words.kinds, words.anyKind)}
          onChange={(event) => set({ kind: event.currentTarget.value })}
        />
      </div>
      <Paged
        query={alertsQuery({ status, kind })}
        columns={COLUMNS}
        idOf={(one) => one.id}
        empty={<Empty title={words.none}>{words.noneYet}</Empty>}
      />
    </Page>
  )
}

const COLUMNS: Column<AlertView>[] = [
  {
    name: words.what,
    cell: (one) => (
      <>
        <b>{one.name}</b>: {words.kinds[one.kind] ?? one.kind}
      </>
    ),
  },
  { name: words.about, cell: (one) => <About alert={one} /> },
  { name: words.found, cell: (one) => <Found details={one.details as Json} /> },
  { name: words.since, cell: (one) => <Time value={one.createdAt} /> },
  { name: words.changed, cell: (one) => <Time value={one.updatedAt} /> },
  { name: words.looked, cell: (one) => <Looked alert={one} /> },
]

function About({ alert }: { alert: AlertView }) {
  return (
    <>
      {alert.user && <UserLink id={alert.user.id} />}
      {alert.codePool && (
        <Link to="/code-pools/$poolId" params={{ poolId: alert.codePool.id }} search={{}}>
          {words.pool}
        </Link>
      )}{' '}
      {alert.reporter && words.reporter(alert.reporter)}
    </>
  )
}

/** What was found: of an alert's kind that is not known here, as the server tells it. */
function Found({ details }: { details: Json }) {
  if (!isObject(details)) return null
  if ('codesAvailable' in details) return words.codesLeft(numberIn(details, 'codesAvailable'), numberIn(details, 'lowMark'))
  if (!('events' in details)) return <code>{writeExact(details)}</code>
  const executors = Array.isArray(details.executors) ? details.executors.map(String) : []
  return (
    <>
      {words.velocity(numberIn(details, 'events'), details.points ? numberIn(details, 'points') : undefined)}
      {executors.length > 0 && <>, {words.executors(executors.join(', '))}</>}
      {typeof details.lastEventId === 'string' && (
        <>
          {': '}
          <Link to="/events/$eventId" params={{ eventId: details.lastEventId }} search={{}}>
            {words.lastEvent}
          </Link>
        </>
      )}
    </>
  )
}

const numberIn = (details: JsonObject, name: string) => Number(details[name] ?? 0).toLocaleString('en')

function Looked({ alert }: { alert: AlertView }) {
  if (!alert.acknowledgedAt) return <Acknowledge alert={alert} />
  return (
    <>
      <Time value={alert.acknowledgedAt} /> {alert.acknowledgedBy && words.by(alert.acknowledgedBy)}
      {alert.comment && <div className="pc-break">{alert.comment}</div>}
    </>
  )
}
