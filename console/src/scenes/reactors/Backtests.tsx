// Tests of a reactor on past events, as long as they are kept: those that wait or run, and what came of the others.

import { Group, Progress, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { backtests } from '#words/backtests'
import { reactors } from '#words/reactors'
import type { JobView } from '../../api/generated/types.gen'
import { useSession } from '../../api/session'
import { isOver, shareDone } from '../../parts/jobs'
import { Empty } from '../../parts/notices'
import { Paged } from '../../parts/Paged'
import { EDITORS, useMayDo } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { dayOf } from '../../parts/time'
import { Points, Time } from '../../parts/values'
import { CancelBacktest } from '../backtests/CancelBacktest'
import type { BacktestResult } from '../backtests/Result'
import { backtestsQuery } from './queries'

const words = reactors.backtests

export function Backtests({ reactorId }: { reactorId: string }) {
  return (
    <Paged
      query={backtestsQuery(reactorId)}
      columns={COLUMNS}
      idOf={(job) => job.id}
      empty={<Empty title={words.none}>{words.noneYet}</Empty>}
    />
  )
}

const COLUMNS: Column<JobView>[] = [
  {
    name: words.when,
    cell: (job) => (
      <Link to="/backtests/$jobId" params={{ jobId: job.id }} search={{}}>
        <Time value={job.createdAt} />
      </Link>
    ),
  },
  { name: words.what, cell: (job) => <What job={job} /> },
  { name: words.state, cell: (job) => <State job={job} /> },
  {
    name: words.difference,
    isNumber: true,
    cell: (job) => (job.state === 'DONE' ? <Points value={(job.result as BacktestResult).difference} /> : null),
  },
]

function What({ job: { tries } }: { job: JobView }) {
  const zone = useSession().tenant.timeZone
  if (!tries) return null
  return (
    <>
      {words.version(tries.reactorVersion ?? 0, tries.isChanged)}
      <Text size="xs" c="dimmed" component="span" display="block">
        {words.period(dayOf(tries.from, zone), dayOf(tries.to, zone))}
      </Text>
    </>
  )
}

function State({ job }: { job: JobView }) {
  const mayCancel = useMayDo(EDITORS)
  if (isOver(job)) return <span className="pc-break">{job.error ?? backtests.state[job.state] ?? job.state}</span>
  return (
    <Group gap="xs">
      <div className="pc-grow">
        {job.state === 'QUEUED' ? backtests.states.QUEUED : backtests.looked(job.done, job.total)}
        <Progress value={shareDone(job)} aria-label={backtests.progress} />
      </div>
      {mayCancel && <CancelBacktest id={job.id} size="compact-xs" />}
    </Group>
  )
}
