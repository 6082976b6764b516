// One event, one that was recorded or one that is made up, judged with the reactor as it is written.

import { Button, NativeSelect, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { editor } from '#words/reactor-editor'
import { call } from '../../../api/client'
import { JsonSyntaxError, parseExact, writeExact, type Json, type JsonObject } from '../../../api/exactJson'
import { getExample, previewEvent } from '../../../api/generated/sdk.gen'
import { asProblem } from '../../../api/problem'
import { eventsOfTypeQuery, type EventView, type PreviewView } from '../../../api/queries'
import { useSession } from '../../../api/session'
import { UserChoice } from '../../../parts/choices'
import { CodeEditor } from '../../../parts/CodeEditor'
import { ErrorNotice } from '../../../parts/notices'
import { Section } from '../../../parts/Page'
import { shown } from '../../../parts/time'
import { points, signed } from '../../../parts/values'
import { TestResult } from './TestResult'

/** `trial` is the reactor as the preview takes it; undefined where it cannot be read yet. */
type Props = { eventType: string | undefined; trial: JsonObject | undefined }

export function TestOnEvent({ eventType, trial }: Props) {
  const zone = useSession().tenant.timeZone
  const events = useQuery({ ...eventsOfTypeQuery(eventType ?? ''), enabled: eventType !== undefined })
  const [begun, setBegun] = useState<Begun>()
  // Who has not chosen yet begins with what has just happened; while it is drawn, so that no choice comes between.
  const newest = events.data?.[0]
  if (newest && !begun) setBegun(beginningOf(newest))
  const { from, user, text, occurredAt } = begun ?? NOTHING
  const set = (changed: Partial<Begun>) => setBegun((before) => ({ ...(before ?? NOTHING), ...changed }))
  const [isBusy, setIsBusy] = useState(false)
  const [answer, setAnswer] = useState<{ asked: string; preview?: PreviewView; failure?: unknown }>()

  const payload = readable(text)
  const body: JsonObject | undefined = payload !== undefined && user && eventType && trial
    ? { type: eventType, subject: user, payload, trial, ...(occurredAt ? { occurredAt } : {}) }
    : undefined
  const asked = body === undefined ? '' : writeExact(body)

  const start = async (value: string) => {
    const event = events.data?.find((one) => one.id === value)
    if (event) return set(beginningOf(event))
    set({ from: value, occurredAt: undefined, ...(value === 'example' ? {} : { text: NOTHING.text }) })
    if (value !== 'example' || !eventType) return
    try {
      const example = (await call((to) => getExample({ ...to, path: { identifier: eventType } }))).data
      // Unless another has been chosen meanwhile.
      setBegun((now) => (now?.from === 'example' ? { ...now, text: writeExact(example.payload ?? {}, 2) } : now))
    } catch (failure) {
      setAnswer({ asked: '', failure })
    }
  }
  const run = async () => {
    if (body === undefined) return
    setIsBusy(true)
    try {
      const preview = (await call((to) => previewEvent({ ...to, body: asked as never }))).data
      setAnswer({ asked, preview })
    } catch (failure) {
      setAnswer({ asked, failure: asProblem(failure) })
    }
    setIsBusy(false)
  }
  const starts = [
    { value: 'none', label: editor.test.fromNone },
    { value: 'example', label: editor.test.fromExample },
    ...(events.data ?? []).map((event) => ({
      value: event.id,
      label: editor.test.fromEvent(shown(event.occurredAt, zone), `${signed(event.points)}`),
    })),
  ]
  return (
    <Section title={editor.test.title}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {editor.test.help}
        </Text>
        <NativeSelect label={editor.test.from} value={from} data={starts} onChange={(event) => void start(event.currentTarget.value)} />
        <UserChoice label={editor.test.user} required value={user} onChange={(user) => set({ user })} />
        <CodeEditor label={editor.test.payload} value={text} onChange={(text) => set({ text })} lines={{ min: 4, max: 16 }} />
        <Button className="pc-start" variant="default" loading={isBusy} disabled={asked === ''} onClick={() => void run()}>
          {editor.test.run}
        </Button>
        {!user && (
          <Text size="xs" c="dimmed">
            {editor.test.needsUser}
          </Text>
        )}
        <div aria-live="polite">
          {answer?.failure ? <ErrorNotice error={answer.failure} /> : null}
          {answer?.preview && (
            <TestResult
              preview={answer.preview}
              isCurrent={answer.asked === asked}
              sum={editor.test.points(signed(answer.preview.points), points(answer.preview.balanceAfter))}
            />
          )}
        </div>
      </Stack>
    </Section>
  )
}

type Begun = { from: string; user: string | undefined; text: string; occurredAt: string | undefined }

const NOTHING: Begun = { from: 'none', user: undefined, text: '{}', occurredAt: undefined }

function beginningOf(event: EventView): Begun {
  return { from: event.id, user: event.subject, text: writeExact(event.payload, 2), occurredAt: event.occurredAt }
}

function readable(text: string): Json | undefined {
  try {
    return parseExact(text.trim() === '' ? '{}' : text)
  } catch (fault) {
    if (fault instanceof JsonSyntaxError) return undefined
    throw fault
  }
}
