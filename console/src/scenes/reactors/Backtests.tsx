import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { backtests } from '#words/backtests'
import { reactors as words } from '#words/reactors'
import type { JobView } from '../../api/generated/types.gen'
import { Answered, Empty } from '../../parts/notices'
import { Table, type Column } from '../../parts/Table'
import { Points, Time } from '../../parts/values'
import type { BacktestResult } from '../backtests/Result'
import { backtestsQuery } from './queries'

/** Tests of a reactor on past events, as long as they are kept. One that has not ended does not say yet whose it is. */
export function Backtests({ reactorId }: { reactorId: string }) {
  return (
    <Answered query={useQuery(backtestsQuery)} rows={2}>
      {(jobs) => {
        const own = jobs.filter((job) => (job.result as BacktestResult | null)?.reactorId === reactorId)
        if (own.length === 0) return <Empty title={words.backtests.none}>{words.backtests.noneYet}</Empty>
        return <Table columns={COLUMNS} rows={own.slice(0, 10)} idOf={(job) => job.id} />
      }}
    </Answered>
  )
}

const resultOf = (job: JobView) => job.result as BacktestResult

const COLUMNS: Column<JobView>[] = [
  {
    name: words.backtests.when,
    cell: (job) => (
      <Link to="/backtests/$jobId" params={{ jobId: job.id }} search={{}}>
        <Time value={job.createdAt} />
      </Link>
    ),
  },
  {
    name: words.backtests.what,
    cell: (job) => `${words.backtests.unchanged(resultOf(job).reactorVersion ?? 0)}${resultOf(job).isChanged ? `, ${words.backtests.changed}` : ''}`,
  },
  { name: words.backtests.difference, isNumber: true, cell: (job) => <Points value={resultOf(job).difference} /> },
  { name: words.backtests.state, cell: (job) => backtests.states[job.state] ?? job.state },
]
