// The way from what is written to what it would have given in the past.

import { Button, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { editor } from '#words/reactor-editor'
import { call } from '../../../api/client'
import { writeExact, type JsonObject } from '../../../api/exactJson'
import { backtestReactor } from '../../../api/generated/sdk.gen'
import { useOnce } from '../../../api/once'
import { asProblem, type Problem } from '../../../api/problem'
import { useSession } from '../../../api/session'
import { ErrorNotice } from '../../../parts/notices'
import { focusHeading, Section } from '../../../parts/Page'
import { DateTimeField } from '../../../schema-form/DateTimeField'

const DAYS = 90
const DAY_MS = 86_400_000

/** `trial` is what is tried, as the backtest takes it; `from` is where the result leads back to. */
export function BacktestPanel({ trial, back }: { trial: JsonObject | undefined; back: string }) {
  const zone = useSession().tenant.timeZone
  const navigate = useNavigate()
  const queries = useQueryClient()
  const once = useOnce()
  const [start, setStart] = useState<string | undefined>(() => new Date(Math.floor((Date.now() - DAYS * DAY_MS) / 1000) * 1000).toISOString())
  const [end, setEnd] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()

  const run = async () => {
    if (!trial || !start) return
    const body = writeExact({ ...trial, from: start, ...(end ? { to: end } : {}) })
    setIsBusy(true)
    setProblem(undefined)
    try {
      const { data } = await once(body, (headers) => call((to) => backtestReactor({ ...to, body: body as never, headers })))
      void queries.invalidateQueries({ queryKey: ['backtests'] })
      await navigate({ to: '/backtests/$jobId', params: { jobId: data.id }, search: { back } })
      requestAnimationFrame(focusHeading)
    } catch (error) {
      setProblem(asProblem(error))
    }
    setIsBusy(false)
  }
  const at = (pointer: string) => problem?.at(pointer)['']?.join(' ')
  return (
    <Section title={editor.backtest.title}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {editor.backtest.help}
        </Text>
        <div className="pc-fields">
          <DateTimeField label={editor.backtest.from} required zone={zone} value={start} error={at('/from')} onChange={setStart} />
          <DateTimeField label={editor.backtest.until} description={editor.backtest.untilHelp} zone={zone} value={end} error={at('/to')} onChange={setEnd} />
        </div>
        <Button className="pc-start" variant="default" loading={isBusy} disabled={!trial || !start} onClick={() => void run()}>
          {editor.backtest.run}
        </Button>
        {problem && <ErrorNotice error={problem} />}
      </Stack>
    </Section>
  )
}
