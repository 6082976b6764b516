// Report Event: what happened, what will come of it, and then the event itself.

import { Button, Drawer, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { report } from '#words/report'
import { call } from '../../api/client'
import { reportOne } from '../../api/generated/sdk.gen'
import { useOnce, type OnceHeaders } from '../../api/once'
import { asProblem, faultsAt } from '../../api/problem'
import {
  eventQuery,
  eventTypesQuery,
  type EventTypeView,
  type EventView,
  type QuarantinedView,
} from '../../api/queries'
import { useSession } from '../../api/session'
import type { Json } from '../../api/exactJson'
import { EventTypeChoice, UserChoice } from '../../parts/choices'
import { CurlOf } from '../../parts/CurlOf'
import { useCover } from '../../parts/Dialog'
import { useFirstField } from '../../parts/firstField'
import { useInFront } from '../../parts/inFront'
import { Answered, ErrorNotice } from '../../parts/notices'
import { focusHeading } from '../../parts/Page'
import { REPORTERS, useMayDo } from '../../parts/roles'
import type { RootSearch } from '../../router'
import { DateTimeField } from '../../schema-form/DateTimeField'
import { initial } from '../../schema-form/value'
import { Unreadable } from '../../schema-form/unreadable'
import { bodyOf, faultOf, forget, save, saved, type Draft } from './draft'
import { faultsOf, OutcomeNotice, type Outcome } from './Outcome'
import { PayloadField } from './PayloadField'
import { preview, useLivePreview } from './useLivePreview'

const words = report

export default function ReportDrawer({ start, isCovered }: { start: string; isCovered: boolean }) {
  const { about } = useSearch({ strict: false }) as RootSearch
  const inFront = useInFront()
  useCover()
  return (
    <Drawer
      opened
      onClose={() => inFront.close('report', 'about')}
      position="right"
      size={640}
      title={words.title}
      lockScroll={false}
      returnFocus={false}
      trapFocus={!isCovered}
      closeOnEscape={!isCovered}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': words.close }}
    >
      {start === 'new' ? <Fresh about={about} /> : <FromEvent id={start} />}
    </Drawer>
  )
}

function Fresh({ about }: { about?: string }) {
  const [draft] = useState(() => (about ? { ...saved(), subject: about } : saved()))
  return <Form start={draft} isKept />
}

/** Starts from what was reported before; when it happened is now. */
function FromEvent({ id }: { id: string }) {
  return (
    <Answered query={useQuery(eventQuery(id))} rows={5} height={52}>
      {({ type, subject, payload }) => <Form start={{ type, subject, payload: payload as Json }} isKept={false} />}
    </Answered>
  )
}

function Form({ start, isKept }: { start: Draft; isKept: boolean }) {
  const zone = useSession().tenant.timeZone
  const navigate = useNavigate()
  const queries = useQueryClient()
  const types = useQuery(eventTypesQuery)
  const [draft, setDraft] = useState<Draft>(start)
  const [outcome, setOutcome] = useState<Outcome>()
  // What a report has come to stays, and the preview of what is written since stands below it.
  const [live, setLive] = useState<Outcome>()
  const [busy, setBusy] = useState<'preview' | 'report'>()
  const [round, setRound] = useState(0)
  const [unreadable, setUnreadable] = useState<ReadonlySet<string>>(new Set())
  const [note] = useState(() => (field: string, is: boolean) =>
    setUnreadable((before) => {
      if (before.has(field) === is) return before
      const after = new Set(before)
      if (is) after.add(field)
      else after.delete(field)
      return after
    }),
  )
  const once = useOnce()
  const form = useRef<HTMLFormElement>(null)
  useFirstField(form)
  const mayReport = useMayDo(REPORTERS)

  const type = types.data?.find((one) => one.name === draft.type)
  const body = bodyOf(draft, zone)
  const shown = live?.body === body ? live : outcome
  const faults = faultsOf(shown)
  const faultAt = (pointer: string) => faultsAt(faults, pointer)['']?.join(' ')
  const cannotSend = faultOf(draft) ?? (unreadable.size ? words.unreadable : undefined)

  const canPreview = Boolean(draft.type && draft.subject && !cannotSend && !busy && shown?.body !== body)
  useLivePreview(canPreview ? body : undefined, (found) => {
    if (outcome?.kind === 'preview') setOutcome(undefined)
    setLive(found)
  })

  // What came of it is below the payload, and maybe below the edge.
  const told = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (outcome) told.current?.scrollIntoView({ block: 'nearest' })
  }, [outcome])
  useLayoutEffect(() => {
    if (isKept) save(draft)
  }, [draft, isKept])

  const chooseType = (name: string | undefined) => {
    const chosen = types.data?.find((one) => one.name === name)
    setDraft((before) => ({ ...before, type: name, ...payloadFor(before, chosen) }))
  }
  const run = async (kind: 'preview' | 'report') => {
    setBusy(kind)
    try {
      if (kind === 'preview') setOutcome({ kind, body, preview: await preview(body) })
      // It stays sent: until the drawer is gone, another press would report once more.
      else if (await send()) return
    } catch (error) {
      setOutcome({ kind: 'problem', body, problem: asProblem(error) })
    }
    setLive(undefined)
    setBusy(undefined)
  }
  /** Whether it was recorded, and its page is opened. Throws: Problem. */
  const send = async () => {
    const answer = await once(body, (headers) => reported(body, headers))
    if (isKept) forget()
    if ('faults' in answer) {
      setOutcome({ kind: 'kept', body, kept: answer })
      return false
    }
    for (const queryKey of [['wallet', draft.subject], ['events', 'of', draft.subject]])
      void queries.invalidateQueries({ queryKey })
    // In the drawer's place: the way back leads to the page below it.
    await navigate({ to: '/events/$eventId', params: { eventId: answer.id }, search: {}, replace: true })
    requestAnimationFrame(focusHeading)
    return true
  }
  const startOver = () => {
    setDraft({})
    setOutcome(undefined)
    setLive(undefined)
    setRound(round + 1)
  }
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!cannotSend && !busy && mayReport) void run('report')
      }}
    >
      <Unreadable.Provider value={note}>
        <Stack key={round}>
          {draft.text === undefined && types.isError && (
            <ErrorNotice error={types.error} onRetry={() => void types.refetch()} />
          )}
          <EventTypeChoice
            label={words.type}
            required
            onlyReportable
            placeholder={words.typeHint}
            description={nothingToReport(types.data)}
            value={draft.type}
            error={faultAt('/type')}
            onChange={chooseType}
          />
          <UserChoice
            label={words.user}
            required
            placeholder={words.userHint}
            value={draft.subject}
            error={faultAt('/subject')}
            onChange={(subject) => setDraft((before) => ({ ...before, subject }))}
          />
          <DateTimeField
            label={words.occurredAt}
            placeholder={words.now}
            description={words.occurredHint(zone)}
            zone={zone}
            value={draft.occurredAt}
            error={faultAt('/occurredAt')}
            onChange={(occurredAt) => setDraft((before) => ({ ...before, occurredAt }))}
          />
          <PayloadField
            draft={draft}
            onChange={setDraft}
            schema={type?.schema as Json | null | undefined}
            errors={faultsAt(faults, '/payload')}
            isLoading={types.isPending && draft.type !== undefined}
          />
        </Stack>
      </Unreadable.Provider>
      <Stack my="md" aria-live="polite" ref={told} className="pc-outcome">
        {[outcome, live?.body === outcome?.body ? undefined : live].map(
          (one, place) =>
            one && (
              <OutcomeNotice key={place} outcome={one} isCurrent={one.body === body} payload={draft.payload ?? {}} />
            ),
        )}
        <CurlOf path="/v1/events" body={body} {...words.curl} />
      </Stack>
      <div className="pc-actions">
        <Button variant="subtle" onClick={startOver}>
          {words.startOver}
        </Button>
        {cannotSend && (
          <Text size="xs" c="var(--mantine-color-error)" className="pc-break" role="status">
            {cannotSend}
          </Text>
        )}
        <Button
          variant="default"
          loading={busy === 'preview'}
          disabled={Boolean(cannotSend || busy)}
          onClick={() => void run('preview')}
        >
          {words.preview}
        </Button>
        {mayReport ? (
          <Button type="submit" loading={busy === 'report'} disabled={Boolean(cannotSend || busy)}>
            {words.send}
          </Button>
        ) : (
          <Text size="xs">{words.mayNot}</Text>
        )}
      </div>
    </form>
  )
}

function nothingToReport(types: EventTypeView[] | undefined): string | undefined {
  if (!types || types.some((type) => type.isActive && !type.isIntrinsic)) return undefined
  return words.nothing
}

/** What of the payload stays when another type is chosen: what was typed; else the new type's constants. */
function payloadFor(before: Draft, chosen: EventTypeView | undefined): Partial<Draft> {
  if (before.payload !== undefined || before.text) return {}
  const schema = chosen?.schema as Json | undefined
  return { payload: schema ? initial(schema, schema) : undefined }
}

/** The event that was recorded, or what is told of a report that was kept in its stead. */
async function reported(body: string, headers: OnceHeaders): Promise<EventView | QuarantinedView> {
  const { data } = await call((to) => reportOne({ ...to, body: body as never, headers }))
  return data as EventView | QuarantinedView
}
