// Whether the books agree, and what differs where they do not.

import { Alert, Button, Progress, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconHelp } from '@tabler/icons-react'
import { useQuery, useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { integrity as words } from '#words/system'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import { useOnce } from '../../api/once'
import { checkQuery, integrityQuery, isOver, type IntegrityView, type JobView } from '../../api/system'
import { Answered, Empty, ErrorNotice } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { Page, Section } from '../../parts/Page'
import { written } from '../../parts/numbers'
import { EDITORS, useMayDo } from '../../parts/roles'
import { Table, type Column } from '../../parts/Table'
import { Facts, Time } from '../../parts/values'

type Difference = { userId: string; what: string; expected: number; found: number; place?: string | null }

export function Integrity() {
  const query = useQuery(integrityQuery)
  const { data: job } = useQuery(checkQuery)
  const queries = useQueryClient()
  const mayCheck = useMayDo(EDITORS)
  const once = useOnce()
  const [failure, setFailure] = useState<unknown>()
  const isChecking = job ? !isOver(job) : false

  // What a check has found is read when it is seen to have come to its end, whether or not it was seen under way.
  const ended = job && isOver(job) ? job.id : undefined
  useEffect(() => {
    if (ended) void readAnew(queries, integrityQuery)
  }, [ended, queries])

  const check = async () => {
    setFailure(undefined)
    try {
      await once('', (headers) => call((to) => api.checkIntegrity({ ...to, headers })))
      notify(words.asked)
      await readAnew(queries, checkQuery)
    } catch (error) {
      setFailure(error)
    }
  }
  const button = mayCheck && (
    <Button loading={isChecking} onClick={() => void check()}>
      {words.check}
    </Button>
  )
  return (
    <Page title={words.title} intro={words.intro} actions={button}>
      {failure ? <ErrorNotice error={failure} /> : null}
      {job && isChecking && <Checking job={job} />}
      {job?.state === 'FAILED' && (
        <Alert color="red" title={words.failed} role="alert" variant="light">
          {job.error}
        </Alert>
      )}
      <Answered query={query} rows={6}>
        {(found) =>
          found.status === 'UNKNOWN' ? <Empty title={words.never}>{words.neverWhy}</Empty> : <Checked found={found} />
        }
      </Answered>
    </Page>
  )
}

/** Also while the first answer is on its way: it is from before, and would be taken for what is asked now. */
async function readAnew(queries: QueryClient, { queryKey }: { queryKey: QueryKey }): Promise<void> {
  await queries.cancelQueries({ queryKey })
  await queries.invalidateQueries({ queryKey })
}

function Checking({ job }: { job: JobView }) {
  const share = job.total ? Math.min(100, (job.done / job.total) * 100) : 0
  return (
    <div role="status">
      <Text size="sm">
        {words.checking}: {words.progress(written(job.done), written(job.total) ?? '…')}
      </Text>
      <Progress value={share} aria-label={words.checking} />
    </div>
  )
}

const LOOKS = {
  AGREED: { color: 'green', icon: <IconCircleCheck /> },
  DIFFERENT: { color: 'red', icon: <IconCircleX /> },
  UNKNOWN: { color: 'gray', icon: <IconHelp /> },
} as const

function Checked({ found }: { found: IntegrityView }) {
  const { color, icon } = LOOKS[found.status as keyof typeof LOOKS] ?? LOOKS.UNKNOWN
  const differences = (found.differences ?? []) as Difference[]
  const accounts = Object.entries((found.accounts ?? {}) as Record<string, number>).map(([name, points]) => ({ name, points }))
  const sum = accounts.reduce((total, one) => total + one.points, 0)
  return (
    <Stack>
      <Alert color={color} icon={icon} title={words.statuses[found.status] ?? found.status} variant="light">
        {found.endedAt && (
          <>
            {words.ended} <Time value={found.endedAt} />
          </>
        )}
      </Alert>
      {differences.length > 0 && (
        <Section title={words.differences}>
          <Text size="sm" mb="xs">
            {words.kept(differences.length, found.differenceCount)}
          </Text>
          <Table columns={DIFFERENCES} rows={differences.map((one, id) => ({ ...one, id }))} idOf={(one) => one.id} />
        </Section>
      )}
      <div className="pc-columns">
        <Section title={words.looked}>
          <Facts
            items={[
              [words.wallets, written(found.wallets)],
              [words.entries, written(found.entries)],
              [words.events, written(found.events)],
              [words.hash, found.stateHash && <code className="pc-break">{found.stateHash}</code>],
            ]}
          />
        </Section>
        <Section title={words.accounts}>
          <Text size="sm" c="dimmed" mb="xs">
            {words.accountsAbout}
          </Text>
          <Table
            columns={[
              { name: words.account, cell: (one) => one.name },
              { name: words.points, isNumber: true, cell: (one) => written(one.points) },
            ]}
            rows={[...accounts, { name: words.sum, points: sum }]}
            idOf={(one) => one.name}
          />
        </Section>
      </div>
    </Stack>
  )
}

const DIFFERENCES: Column<Difference & { id: number }>[] = [
  {
    name: words.user,
    cell: (one) => (
      <Link to="/users/$userId" params={{ userId: one.userId }} search={{}}>
        {one.userId}
      </Link>
    ),
  },
  { name: words.what, cell: (one) => <code>{one.what}</code> },
  { name: words.place, cell: (one) => one.place },
  { name: words.expected, isNumber: true, cell: (one) => written(one.expected) },
  { name: words.found, isNumber: true, cell: (one) => written(one.found) },
]
