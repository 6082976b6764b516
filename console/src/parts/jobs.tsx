// What takes longer than a request: how far it has come, and what came of it.

import { Progress, Stack, Text } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useRef, type ReactNode } from 'react'
import { jobs } from '#words/jobs'
import { call } from '../api/client'
import { getJob } from '../api/generated/sdk.gen'
import type { JobView } from '../api/generated/types.gen'
import { Answered } from './notices'

const LOOK_AGAIN_MS = 600
const OVER = ['DONE', 'FAILED', 'CANCELLED']

export const isOver = (job: JobView) => OVER.includes(job.state)
/** In a hundred; where it is not known how much there is, nothing. */
export const shareDone = ({ state, done, total }: JobView) => (state === 'DONE' ? 100 : total ? Math.min(100, (100 * done) / total) : 0)

/** Asks again until the job has ended. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: ['job', id],
    queryFn: async ({ signal }) => (await call((to) => getJob({ ...to, path: { id } }), signal)).data,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : LOOK_AGAIN_MS),
  })

type Props = {
  id: string
  /** What it does, for its bar. */
  label: string
  /** Once, when it has ended. */
  onEnd?: (job: JobView) => void
  /** What came of it. */
  children?: (job: JobView) => ReactNode
}

export function JobProgress({ id, label, onEnd, children }: Props) {
  const query = useQuery(jobQuery(id))
  const told = useRef(false)
  const job = query.data
  useEffect(() => {
    if (!job || !isOver(job) || told.current) return
    told.current = true
    onEnd?.(job)
  }, [job, onEnd])
  return (
    <Answered query={query} rows={1}>
      {(job) => (
        <Stack gap="xs">
          <Progress.Root size="lg">
            <Progress.Section
              value={shareDone(job)}
              aria-label={label}
              color={job.state === 'FAILED' ? 'red' : undefined}
            />
          </Progress.Root>
          <Text size="sm" role="status">
            {jobs.state(job.state, job.done, job.total)} {job.error && <span className="pc-break">{job.error}</span>}
          </Text>
          {isOver(job) && children?.(job)}
        </Stack>
      )}
    </Answered>
  )
}
