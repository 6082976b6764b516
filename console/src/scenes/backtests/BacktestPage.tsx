// A test on past events: how far it has come, the word to stop it, and what came of it.

import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { backtests as words } from '#words/backtests'
import { call } from '../../api/client'
import { cancelJob, getJob } from '../../api/generated/sdk.gen'
import type { JobView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { Confirm } from '../../parts/Confirm'
import { Answered } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { Page, Section } from '../../parts/Page'
import { EDITORS, useMayDo } from '../../parts/roles'
import { Result, type BacktestResult } from './Result'

const LOOK_AGAIN_MS = 700
const OVER = ['DONE', 'FAILED', 'CANCELLED']

const backtestQuery = (id: string) =>
  queryOptions({
    queryKey: ['backtest', id],
    queryFn: async ({ signal }) => (await call((to) => getJob({ ...to, path: { id } }), signal)).data,
    refetchInterval: ({ state }) => (state.data && OVER.includes(state.data.state) ? false : LOOK_AGAIN_MS),
  })

export function BacktestPage() {
  const { jobId } = useParams({ strict: false }) as { jobId: string }
  const { back } = useSearch({ strict: false }) as { back?: string }
  const query = useQuery(backtestQuery(jobId))
  const result = query.data?.state === 'DONE' ? (query.data.result as BacktestResult | null) : null
  return (
    <Page title={result ? words.titleOf(result.reactorName) : words.title} actions={<Ways back={back} result={result} />}>
      <Answered query={query} rows={6} instead={<Link to="/reactors" search={{}}>{words.all}</Link>}>
        {(job) => (
          <Stack gap="md">
            <HowFar job={job} />
            {result && <Result result={result} />}
          </Stack>
        )}
      </Answered>
    </Page>
  )
}

/** Back to where it was begun, and to the reactor. Only into the console itself. */
function Ways({ back, result }: { back?: string; result: BacktestResult | null }) {
  return (
    <Group gap="sm">
      {back && /^\/reactors\/[\w-]+(\/edit)?$/.test(back) && (
        <Link to={back as never} search={{} as never}>
          {words.back}
        </Link>
      )}
      {result?.reactorId && (
        <Link to="/reactors/$reactorId" params={{ reactorId: result.reactorId }} search={{}}>
          {words.toReactor}
        </Link>
      )}
    </Group>
  )
}

const told = (number: number) => number.toLocaleString('en')

function HowFar({ job }: { job: JobView }) {
  const queries = useQueryClient()
  const mayCancel = useMayDo(EDITORS)
  const [isAsked, setIsAsked] = useState(false)
  const isOver = OVER.includes(job.state)
  const cancel = async (headers: OnceHeaders) => {
    await call((to) => cancelJob({ ...to, path: { id: job.id }, headers }))
    setIsAsked(false)
    notify(words.cancelled)
    await queries.invalidateQueries({ queryKey: ['backtest', job.id] })
  }
  if (job.state === 'DONE') return null
  const share = job.total ? Math.min(100, (100 * job.done) / job.total) : 0
  return (
    <Section title={words.states[job.state] ?? job.state}>
      <Stack gap="sm" align="flex-start">
        <Progress.Root size="lg" className="pc-whole">
          <Progress.Section value={share} aria-label={words.progress} color={job.state === 'FAILED' ? 'red' : undefined} />
        </Progress.Root>
        <Text size="sm" role="status">
          {words.looked(told(job.done), job.total == null ? undefined : told(job.total))}
        </Text>
        {job.error && (
          <Alert color="red" variant="light" className="pc-break" title={words.states[job.state]}>
            {job.error}
          </Alert>
        )}
        {!isOver && mayCancel && (
          <Button size="xs" variant="default" onClick={() => setIsAsked(true)}>
            {words.cancel}
          </Button>
        )}
      </Stack>
      {isAsked && (
        <Confirm title={words.cancelTitle} action={words.cancel} onConfirm={cancel} onClose={() => setIsAsked(false)}>
          {words.cancelMeans}
        </Confirm>
      )}
    </Section>
  )
}
