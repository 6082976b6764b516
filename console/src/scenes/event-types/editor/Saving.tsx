// The end of the editor: what a change means for those who report, before it is made; and what the server says.

import { Alert, Badge, Button, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { eventTypes } from '#words/event-types'
import { call } from '../../../api/client'
import { writeExact, type JsonObject } from '../../../api/exactJson'
import { createEventType, patchEventType } from '../../../api/generated/sdk.gen'
import type { CompatibilityView } from '../../../api/generated/types.gen'
import { useOnce } from '../../../api/once'
import { OTHER_VERSION } from '../../../api/problem'
import { eventTypesQuery, type EventTypeView } from '../../../api/queries'
import { Confirm } from '../../../parts/Confirm'
import type { useDraft } from '../../../parts/drafts'
import { useOpened } from '../../../parts/inFront'
import { notify } from '../../../parts/notify'
import { focusHeading } from '../../../parts/Page'
import { leaving, Refused, SaveRow, useWork } from '../../../parts/saving'
import { changesOf, definitionOf, schemaOf, type Draft } from './draft'

const words = eventTypes.editor
type Kept = ReturnType<typeof useDraft<Draft>>

export function useSaving(type: EventTypeView | undefined, kept: Kept) {
  const { draft, change, forget } = kept
  const once = useOnce()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { problem, isBusy, during, faultAt } = useWork()
  const [report, setReport] = useState<CompatibilityView>()

  const patch = (query: object, headers: object) => {
    const sent = { ...headers, 'If-Match': `"${draft.version ?? type!.version}"` }
    return call((to) => patchEventType({ ...to, path: { identifier: type!.id }, body: changesOf(draft, type!) as never, query: query as never, headers: sent as never }))
  }
  const done = async (saved: EventTypeView, told: string) => {
    forget()
    notify(told)
    await queries.invalidateQueries({ queryKey: ['event types'] })
    void queries.invalidateQueries({ queryKey: ['event type versions'] })
    await navigate({ to: '/event-types/$name', params: { name: saved.name }, search: {} })
    requestAnimationFrame(focusHeading)
  }
  const leave = leaving(
    kept,
    () => (type ? navigate({ to: '/event-types/$name', params: { name: type.name }, search: {} }) : navigate({ to: '/event-types', search: {} })),
    () => (type ? navigate({ to: '/event-types/$name/edit', params: { name: type.name }, search: {} }) : navigate({ to: '/event-types/new', search: {} })),
  )
  return {
    leave,
    problem,
    isBusy,
    report,
    faultAt,
    create: () =>
      during(async () => {
        const body = definitionOf(draft)
        const { data } = await once(writeExact(body), (headers) => call((to) => createEventType({ ...to, body: body as never, headers })))
        await done(data, words.created(data.name))
      }, true),
    /** Asks what the change means, and tells whether there was an answer. */
    review: async () => {
      setReport(undefined)
      return during(async () => setReport((await patch({ dryRun: true, countFailing: true }, {})).data.compatibility ?? undefined))
    },
    save: () =>
      during(async () => {
        const { data } = await patch({}, {})
        await done(data, words.saved(data.name, data.version))
      }, true),
    saveOver: () =>
      during(async () => {
        const now = (await queries.fetchQuery({ ...eventTypesQuery, staleTime: 0 })).find((one) => one.id === type?.id)
        if (now) change((before) => ({ ...before, version: now.version }))
      }),
  }
}

type Props = { type?: EventTypeView; draft: Draft; changes: JsonObject; saving: ReturnType<typeof useSaving> }

export function Saving({ type, draft, changes, saving }: Props) {
  const { problem, isBusy, report } = saving
  const canRead = schemaOf(draft) !== undefined
  const isSame = type !== undefined && Object.keys(changes).length === 0
  const why = !canRead ? words.unreadable : isSame ? words.nothingChanged : undefined
  const reviewing = useOpened('review')
  const mayReview = type !== undefined && why === undefined
  const review = async () => {
    if (!(await saving.review())) await reviewing.close()
  }
  useEffect(() => {
    if (reviewing.isOpen && mayReview) void review()
  }, [reviewing.isOpen])
  const save = async () => {
    await reviewing.close()
    await saving.save()
  }
  return (
    <Stack gap="sm" aria-live="polite">
      {problem && (
        <Refused problem={problem}>
          {problem.status === OTHER_VERSION && (
            <>
              <Text size="sm">{words.conflict}</Text>
              <Button size="xs" variant="default" onClick={() => void saving.saveOver()}>
                {words.saveOver}
              </Button>
            </>
          )}
        </Refused>
      )}
      <SaveRow why={why} onLeave={saving.leave}>
        <Button loading={isBusy} disabled={why !== undefined || isBusy} onClick={() => (type ? reviewing.open() : void saving.create())}>
          {type ? words.review : words.create}
        </Button>
      </SaveRow>
      {mayReview && reviewing.isOpen && report && (
        <Confirm isHarmless={report?.level !== 'breaking'} title={words.reviewTitle(type.name)} action={words.save} onConfirm={save} onClose={reviewing.close}>
          <Report report={report} />
        </Confirm>
      )}
    </Stack>
  )
}

const COLOURS: Record<string, string> = { compatible: 'green', widening: 'blue', breaking: 'red' }

function Report({ report }: { report: CompatibilityView }) {
  const { recent } = report
  return (
    <Stack gap="xs">
      <Alert color={COLOURS[report.level]} variant="light" title={words.levels[report.level] ?? report.level}>
        {words.anew}
      </Alert>
      {recent && (
        <Text size="sm">
          {words.recent(recent.failingEvents, recent.checkedEvents, recent.days)} {!recent.isComplete && words.recentPart}
        </Text>
      )}
      <ul className="pc-faults">
        {report.findings.map((finding, place) => (
          <li key={place}>
            <Badge size="xs" variant="light" color={COLOURS[finding.level]}>
              {finding.level}
            </Badge>{' '}
            <code>{finding.pointer}</code> {finding.detail}
          </li>
        ))}
      </ul>
    </Stack>
  )
}
