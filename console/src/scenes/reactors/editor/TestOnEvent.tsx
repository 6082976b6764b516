// One event, one that was recorded or one that is made up, judged with the reactor as it is written.

import { Button, NativeSelect, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { editor } from '#words/reactor-editor'
import { call } from '../../../api/client'
import { JsonSyntaxError, parseExact, writeExact, type Json, type JsonObject } from '../../../api/exactJson'
import { getExample, previewEvent } from '../../../api/generated/sdk.gen'
import { asProblem } from '../../../api/problem'
import { eventsOfTypeQuery, type PreviewView } from '../../../api/queries'
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
  const [from, setFrom] = useState('none')
  const [user, setUser] = useState<string>()
  const [text, setText] = useState('{}')
  const [occurredAt, setOccurredAt] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  const [answer, setAnswer] = useState<{ asked: string; preview?: PreviewView; failure?: unknown }>()

  const payload = readable(text)
  const body: JsonObject | undefined = payload !== undefined && user && eventType && trial
    ? { type: eventType, subject: user, payload, trial, ...(occurredAt ? { occurredAt } : {}) }
    : undefined
  const asked = body === undefined ? '' : writeExact(body)

  const start = async (value: string) => {
    setFrom(value)
    setOccurredAt(undefined)
    const event = events.data?.find((one) => one.id === value)
    if (event) {
      setText(writeExact(event.payload, 2))
      setUser(event.subject)
      setOccurredAt(event.occurredAt)
    } else if (value === 'example' && eventType) {
      try {
        const example = (await call((to) => getExample({ ...to, path: { identifier: eventType } }))).data
        setText(writeExact(example.payload ?? {}, 2))
      } catch (failure) {
        setAnswer({ asked: '', failure })
      }
    } else setText('{}')
  }
  // Who has not chosen yet begins with what has just happened.
  const newest = events.data?.[0]
  useEffect(() => {
    if (newest && from === 'none' && !user && text === '{}') void start(newest.id)
  }, [newest?.id])
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
        <UserChoice label={editor.test.user} required value={user} onChange={setUser} />
        <CodeEditor label={editor.test.payload} value={text} onChange={setText} lines={{ min: 4, max: 16 }} />
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

function readable(text: string): Json | undefined {
  try {
    return parseExact(text.trim() === '' ? '{}' : text)
  } catch (fault) {
    if (fault instanceof JsonSyntaxError) return undefined
    throw fault
  }
}
