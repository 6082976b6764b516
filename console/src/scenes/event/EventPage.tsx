// One event: what was said, when and by whom, what came of it and why, and what can be done about it.

import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy } from 'react'
import { event as words } from '#words/event'
import { writeExact } from '../../api/exactJson'
import { curl } from '../../api/curl'
import { Problem } from '../../api/problem'
import { eventQuery, eventTypesQuery, quarantinedQuery, type EventView } from '../../api/queries'
import { useSession } from '../../api/session'
import { useInFront } from '../../parts/inFront'
import { Answered, Rows } from '../../parts/notices'
import { OpenButton } from '../../parts/OpenButton'
import { Page, Section } from '../../parts/Page'
import { HELPERS, REPORTERS, useMayDo, VIEWERS } from '../../parts/roles'
import { CopyButton, JsonBlock, Time } from '../../parts/values'
import { Known } from './Known'
import { Named } from './Named'
import { Payload } from './Payload'
import { Quarantined } from './Quarantined'
import { Reactions } from './Reactions'
import { ReportFacts } from './ReportFacts'
import { Reversals, shareLeft } from './Reversals'
import { Webhooks } from './Webhooks'
import { Why } from './Why'

const Reverse = lazy(() => import('./Reverse'))

export function EventPage() {
  const { eventId } = useParams({ strict: false }) as { eventId: string }
  const query = useQuery(eventQuery(eventId))
  // An id may be that of a report that was kept instead.
  const isNone = query.error instanceof Problem && query.error.status === 404
  const quarantined = useQuery({ ...quarantinedQuery(eventId), enabled: isNone, retry: false })
  const { data: event } = query
  const { data: entry } = quarantined
  // One heading from the first moment on: it may have the focus before the answer is there.
  return (
    <Page
      title={event?.type ?? entry?.type ?? words.title}
      intro={!event && entry && words.keptIntro}
      actions={event && <Actions event={event} />}
    >
      {event ? (
        <Event event={event} />
      ) : entry ? (
        <Quarantined entry={entry} />
      ) : isNone && quarantined.isPending ? (
        <Rows count={8} />
      ) : (
        <Answered query={query} rows={8} instead={<Link to="/events">{words.back}</Link>}>
          {() => null}
        </Answered>
      )}
    </Page>
  )
}

function Event({ event }: { event: EventView }) {
  const maySeeWebhooks = useMayDo(VIEWERS)
  return (
    <div className="pc-columns">
      <div className="pc-stack">
        <Section title={words.facts.title}>
          <ReportFacts report={event} more={[[words.facts.reacted, <Time key="a" value={event.reactedAt} />]]} />
        </Section>
        <Payload event={event} />
        <Named event={event} />
        <Known event={event} />
        <details className="pc-details">
          <summary>{words.raw.summary}</summary>
          <JsonBlock value={event} label={words.raw.label} />
        </details>
      </div>
      <div className="pc-stack">
        <Reversals event={event} />
        <Why event={event} />
        <Reactions event={event} />
        {maySeeWebhooks && <Webhooks event={event} />}
      </div>
    </div>
  )
}

function Actions({ event }: { event: EventView }) {
  const { apiKey } = useSession().tenant
  const types = useQuery(eventTypesQuery)
  const mayReport = useMayDo(REPORTERS)
  const mayReverse = useMayDo(HELPERS) && event.type !== 'EVENT_REVERSED' && shareLeft(event) > 0
  const isIntrinsic = types.data?.find((type) => type.name === event.type)?.isIntrinsic ?? false
  const { open } = useInFront()
  const reported = writeExact({ type: event.type, subject: event.subject, payload: event.payload })
  const call = isIntrinsic
    ? curl('GET', `/v1/events/${event.id}`, apiKey)
    : curl('POST', '/v1/events', apiKey, reported)
  return (
    <>
      <CopyButton label={words.actions.json} text={writeExact(event, 2)} />
      <CopyButton label={words.actions.curl} text={call} />
      {mayReverse && (
        <OpenButton name="reverse" size="xs" label={words.actions.reverse}>
          {(close) => <Reverse event={event} onClose={close} />}
        </OpenButton>
      )}
      {!isIntrinsic && mayReport && (
        <Button size="xs" onClick={() => open({ report: event.id })}>
          {words.actions.again}
        </Button>
      )}
    </>
  )
}
