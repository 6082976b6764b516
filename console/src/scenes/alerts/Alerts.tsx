// What somebody should look at, and has.

import { Link } from '@tanstack/react-router'
import { call } from '../../api/client'
import { isObject, writeExact, type Json, type JsonObject } from '../../api/exactJson'
import { listAlerts } from '../../api/generated/sdk.gen'
import type { AlertView } from '../../api/generated/types.gen'
import { pagesQuery } from '../../parts/Paged'
import { written } from '../../parts/numbers'
import { usePrincipalNames } from '../../parts/principals'
import { ANY, StateList, type StateChoice } from '../../parts/StateList'
import type { Column } from '../../parts/Table'
import { Time, UserLink } from '../../parts/values'
import { alerts as words } from '#words/alerts'
import { Acknowledge } from './Acknowledge'

const STATUS: StateChoice = { name: 'status', label: words.status, of: words.states, any: words.any, usual: 'OPEN' }
const KIND: StateChoice = { name: 'kind', label: words.kind, of: words.kinds, any: words.anyKind, usual: ANY }

const alertsQuery = (filters: { status?: string; kind?: string }) =>
  pagesQuery<AlertView>(['alerts', filters], (cursor, signal) =>
    call((to) => listAlerts({ ...to, query: { ...filters, limit: 50, cursor } }), signal),
  )

export function Alerts() {
  return <StateList words={words} choices={[STATUS, KIND]} query={alertsQuery} columns={COLUMNS} idOf={(one) => one.id} />
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

const numberIn = (details: JsonObject, name: string) => written((details[name] ?? 0) as never)

function Looked({ alert }: { alert: AlertView }) {
  const nameOf = usePrincipalNames()
  if (!alert.acknowledgedAt) return <Acknowledge alert={alert} />
  return (
    <>
      <Time value={alert.acknowledgedAt} /> {alert.acknowledgedBy && words.by(nameOf(alert.acknowledgedBy))}
      {alert.comment && <div className="pc-break">{alert.comment}</div>}
    </>
  )
}
