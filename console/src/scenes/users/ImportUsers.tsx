// Users from a file: it is sent, a job registers them, and what was refused is told row by row.

import { Button, FileInput, Group, Progress, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { call, newKey } from '../../api/client'
import { listRefusedRows } from '../../api/generated/sdk.gen'
import type { JobView, RefusedRowView } from '../../api/generated/types.gen'
import { Dialog } from '../../parts/Dialog'
import { JobProgress } from '../../parts/jobs'
import { ErrorNotice } from '../../parts/notices'
import { Paged, pagesQuery } from '../../parts/Paged'
import { written } from '../../parts/numbers'
import { upload } from '../../parts/upload'
import { users } from '#words/users'

const { importing } = users
const MEDIA: Record<string, string> = { json: 'application/json', jsonl: 'application/x-ndjson', ndjson: 'application/x-ndjson' }

const mediaOf = (file: File) => MEDIA[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'text/csv'

export default function ImportUsers({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [share, setShare] = useState<number>()
  const [jobId, setJobId] = useState<string>()
  const [failure, setFailure] = useState<unknown>()
  const key = useRef(newKey())
  const choose = (chosen: File | null) => {
    setFile(chosen)
    setFailure(undefined)
    key.current = newKey()
  }
  const send = async () => {
    setFailure(undefined)
    setShare(0)
    try {
      const answer = await upload<{ data: JobView }>({
        path: '/v1/users/import',
        body: file!,
        mediaType: mediaOf(file!),
        headers: { 'Idempotency-Key': key.current },
        onProgress: setShare,
      })
      setJobId(answer.data.id)
    } catch (error) {
      setFailure(error)
      setShare(undefined)
    }
  }
  return (
    <Dialog title={importing.title} onClose={onClose} size="lg">
      <Stack>
        {!jobId && (
          <FileInput
            label={importing.file}
            description={importing.hint}
            accept=".csv,.json,.jsonl,.ndjson"
            value={file}
            onChange={choose}
            disabled={share !== undefined}
          />
        )}
        {share !== undefined && !jobId && (
          <Progress.Root size="lg">
            <Progress.Section value={100 * share} aria-label={importing.sending} />
          </Progress.Root>
        )}
        {jobId && (
          <JobProgress id={jobId} label={importing.working} onEnd={() => void queries.invalidateQueries({ queryKey: ['users'] })}>
            {(job) => <Outcome job={job} />}
          </JobProgress>
        )}
        {failure ? <ErrorNotice error={failure} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {importing.close}
          </Button>
          {!jobId && (
            <Button disabled={!file} loading={share !== undefined} onClick={() => void send()}>
              {importing.start}
            </Button>
          )}
        </Group>
      </Stack>
    </Dialog>
  )
}

const refusedQuery = (id: string) =>
  pagesQuery<RefusedRowView>(['refused rows', id], (cursor, signal) =>
    call((to) => listRefusedRows({ ...to, path: { id }, query: { limit: 50, cursor } }), signal),
  )

function Outcome({ job }: { job: JobView }) {
  const { registered = 0, known = 0, refused = 0 } = (job.result ?? {}) as Record<string, number>
  return (
    <>
      <Text size="sm">{importing.outcome(registered, known, refused)}</Text>
      {refused > 0 && (
        <>
          <Text size="sm" fw={600}>
            {importing.refused}
          </Text>
          <Paged
            query={refusedQuery(job.id)}
            columns={[
              { name: importing.row, isNumber: true, cell: (row) => written(row.row) },
              { name: importing.where, cell: (row) => <code>{row.pointer}</code> },
              { name: importing.why, cell: (row) => row.detail },
            ]}
            idOf={(row) => row.id}
            empty={null}
          />
        </>
      )}
    </>
  )
}
