// Work that takes longer than an answer, and how far it has come.

import { Badge, Button, NativeSelect, Progress, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { jobs as words } from '#words/system'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import { isOver, jobsQuery, type JobView } from '../../api/system'
import { Confirm } from '../../parts/Confirm'
import { useOpened } from '../../parts/inFront'
import { Answered, Empty, More } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { Page } from '../../parts/Page'
import { written } from '../../parts/numbers'
import { EDITORS, useMayDo } from '../../parts/roles'
import { Table, type Column } from '../../parts/Table'
import { JsonBlock, Time } from '../../parts/values'

const BACKTEST = 'backtest'
const COLOURS: Record<string, string> = { QUEUED: 'gray', RUNNING: 'blue', DONE: 'green', FAILED: 'red', CANCELLED: 'gray' }

export function Jobs() {
  const { state } = useSearch({ strict: false }) as { state?: string }
  const navigate = useNavigate()
  const query = useInfiniteQuery(jobsQuery(state))
  const mayCancel = useMayDo(EDITORS)
  const leaving = useOpened('cancel')
  const rows = query.data?.pages.flatMap((page) => page.data)
  const left = rows?.find((job) => job.id === leaving.of && !isOver(job))
  const columns: Column<JobView>[] = [
    { name: words.kind, cell: (job) => <Kind job={job} /> },
    { name: words.state, cell: (job) => <Badge color={COLOURS[job.state]}>{words.states[job.state] ?? job.state}</Badge> },
    { name: words.progress, cell: (job) => <Done job={job} /> },
    { name: words.created, cell: (job) => <Time value={job.createdAt} /> },
    { name: words.ended, cell: (job) => (job.endedAt ? <Time value={job.endedAt} /> : null) },
    {
      name: words.result,
      cell: (job) =>
        mayCancel && !isOver(job) ? (
          <Button size="compact-xs" variant="default" aria-label={words.cancelOf(job.kind)} onClick={() => leaving.open(job.id)}>
            {words.cancel}
          </Button>
        ) : (
          <Result job={job} />
        ),
    },
  ]
  return (
    <Page title={words.title} intro={words.intro}>
      <NativeSelect
        label={words.state}
        maw={240}
        data={[{ value: '', label: words.all }, ...Object.entries(words.states).map(([value, label]) => ({ value, label }))]}
        value={state ?? ''}
        onChange={(event) =>
          void navigate({ to: '/jobs', search: { state: event.currentTarget.value || undefined }, replace: true })
        }
      />
      <Answered query={{ ...query, data: rows }} rows={6}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={words.none}>{words.noneWhy}</Empty>
          ) : (
            <Table columns={columns} rows={found} idOf={(job) => job.id} />
          )
        }
      </Answered>
      <More query={query} />
      {mayCancel && left && <Cancel job={left} onClose={leaving.close} />}
    </Page>
  )
}

/** A test on past events has a page of its own, where its result can be read. */
function Kind({ job }: { job: JobView }) {
  if (job.kind !== BACKTEST) return <code>{job.kind}</code>
  return (
    <Link to="/backtests/$jobId" params={{ jobId: job.id }} search={{}}>
      <code>{job.kind}</code>
    </Link>
  )
}

function Done({ job }: { job: JobView }) {
  const told = `${written(job.done)}${job.total === null ? '' : ` / ${written(job.total)}`}`
  return (
    <Stack gap={2}>
      <Text size="sm" span>
        {told}
      </Text>
      {!isOver(job) && job.total !== null && (
        <Progress value={job.total ? (job.done / job.total) * 100 : 0} aria-label={`${words.progress}: ${job.kind}`} />
      )}
    </Stack>
  )
}

function Result({ job }: { job: JobView }) {
  if (job.error)
    return (
      <span className="pc-break">
        {job.error} {job.dueAt && <>({words.due} <Time value={job.dueAt} />)</>}
      </span>
    )
  if (job.result === null || job.result === undefined) return null
  return (
    <details className="pc-details">
      <summary>{words.result}</summary>
      <JsonBlock value={job.result} label={words.resultOf(job.kind)} />
    </details>
  )
}

function Cancel({ job, onClose }: { job: JobView; onClose: () => void }) {
  const queries = useQueryClient()
  return (
    <Confirm
      title={words.cancelTitle(job.kind)}
      action={words.cancelAction}
      onConfirm={async (headers) => {
        await call((to) => api.cancelJob({ ...to, headers, path: { id: job.id } }))
        onClose()
        notify(words.cancelled)
        await queries.invalidateQueries({ queryKey: ['jobs'] })
      }}
      onClose={onClose}
    >
      {words.cancelAbout}
    </Confirm>
  )
}
