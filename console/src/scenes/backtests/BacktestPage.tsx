// A test on past events: how far it has come, the word to stop it, and what came of it.

import { Alert, Group, Progress, Stack, Text } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { backtests as words } from '#words/backtests'
import { call } from '../../api/client'
import { getJob } from '../../api/generated/sdk.gen'
import type { JobView } from '../../api/generated/types.gen'
import { isOver, shareDone } from '../../parts/jobs'
import { Answered } from '../../parts/notices'
import { Page, Section } from '../../parts/Page'
import { EDITORS, useMayDo } from '../../parts/roles'
import { CancelBacktest } from './CancelBacktest'
import { Result, Tried, type BacktestResult } from './Result'

const LOOK_AGAIN_MS = 700

const backtestQuery = (id: string) =>
  queryOptions({
    queryKey: ['backtest', id],
    queryFn: async ({ signal }) => (await call((to) => getJob({ ...to, path: { id } }), signal)).data,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : LOOK_AGAIN_MS),
  })

export function BacktestPage() {
  const { jobId } = useParams({ strict: false }) as { jobId: string }
  const { back } = useSearch({ strict: false }) as { back?: string }
  const query = useQuery(backtestQuery(jobId))
  const result = query.data?.state === 'DONE' ? (query.data.result as BacktestResult | null) : null
  const tries = query.data?.tries
  return (
    <Page title={tries ? words.titleOf(tries.reactorName) : words.title} actions={<Ways back={back} reactorId={tries?.reactorId} />}>
      <Answered query={query} rows={6} instead={<Link to="/reactors" search={{}}>{words.all}</Link>}>
        {(job) => (
          <Stack gap="md">
            {job.tries && !result && <Tried {...job.tries} />}
            <HowFar job={job} />
            {result && <Result result={result} />}
          </Stack>
        )}
      </Answered>
    </Page>
  )
}

/** Back to where it was begun, and to the reactor. Only into the console itself. */
function Ways({ back, reactorId }: { back?: string; reactorId?: string | null }) {
  return (
    <Group gap="sm">
      {back && /^\/reactors\/[\w-]+(\/edit)?$/.test(back) && (
        <Link to={back as never} search={{} as never}>
          {words.back}
        </Link>
      )}
      {reactorId && (
        <Link to="/reactors/$reactorId" params={{ reactorId }} search={{}}>
          {words.toReactor}
        </Link>
      )}
    </Group>
  )
}

function HowFar({ job }: { job: JobView }) {
  const mayCancel = useMayDo(EDITORS)
  if (job.state === 'DONE') return null
  return (
    <Section title={words.states[job.state] ?? job.state}>
      <Stack gap="sm" align="flex-start">
        <Progress.Root size="lg" className="pc-whole">
          <Progress.Section value={shareDone(job)} aria-label={words.progress} color={job.state === 'FAILED' ? 'red' : undefined} />
        </Progress.Root>
        <Text size="sm" role="status">
          {words.looked(job.done, job.total)}
        </Text>
        {job.error && (
          <Alert color="red" variant="light" className="pc-break" title={words.states[job.state]}>
            {job.error}
          </Alert>
        )}
        {!isOver(job) && mayCancel && <CancelBacktest id={job.id} size="xs" />}
      </Stack>
    </Section>
  )
}
