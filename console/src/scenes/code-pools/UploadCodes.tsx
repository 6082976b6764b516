// A file of codes on its way into a pool: how far it has come, and which codes were not taken.

import { Button, FileInput, Group, Progress, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { CodePoolView, RefusedRow, UploadedCodesView } from '../../api/generated/types.gen'
import { Dialog } from '../../parts/Dialog'
import { ErrorNotice } from '../../parts/notices'
import { Table, type Column } from '../../parts/Table'
import { written } from '../../parts/numbers'
import { upload } from '../../parts/upload'
import { codePools } from '#words/code-pools'

const SHOWN_MAX = 200
const MEDIA: Record<string, string> = {
  csv: 'text/csv',
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  ndjson: 'application/x-ndjson',
}

const mediaOf = (file: File) => MEDIA[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'text/plain'

export default function UploadCodes({ pool, onClose }: { pool: CodePoolView; onClose: () => void }) {
  const queries = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [share, setShare] = useState<number>()
  const [outcome, setOutcome] = useState<UploadedCodesView>()
  const [failure, setFailure] = useState<unknown>()
  const stop = useRef<AbortController>(undefined)
  useEffect(() => () => stop.current?.abort(), [])

  const send = async () => {
    stop.current = new AbortController()
    setFailure(undefined)
    setShare(0)
    try {
      const answer = await upload<{ data: UploadedCodesView }>({
        path: `/v1/code_pools/${pool.id}/codes/upload`,
        body: file!,
        mediaType: mediaOf(file!),
        onProgress: setShare,
        signal: stop.current.signal,
      })
      setOutcome(answer.data)
    } catch (error) {
      if (!stop.current.signal.aborted) setFailure(error)
    }
    setShare(undefined)
    // Codes are added while they come: after a failure, too, there may be more than before.
    for (const queryKey of [['code pools'], ['codes', pool.id]]) void queries.invalidateQueries({ queryKey })
  }
  const isSending = share !== undefined
  return (
    <Dialog title={codePools.uploadTitle(pool.name)} onClose={onClose} size="lg">
      <Stack>
        {!outcome && (
          <FileInput
            label={codePools.file}
            description={codePools.fileHint}
            accept=".txt,.csv,.json,.jsonl,.ndjson,text/plain,text/csv"
            value={file}
            onChange={setFile}
            disabled={isSending}
            clearable
            clearButtonProps={{ 'aria-label': codePools.otherFile }}
          />
        )}
        {isSending && <Sending share={share} />}
        {outcome && <Outcome outcome={outcome} />}
        {failure ? (
          <ErrorNotice error={failure}>
            <Text size="sm">{codePools.again}</Text>
          </ErrorNotice>
        ) : null}
        <Group justify="flex-end">
          {isSending ? (
            <Button variant="default" onClick={() => stop.current?.abort()}>
              {codePools.stop}
            </Button>
          ) : (
            <Button variant="default" onClick={onClose}>
              {codePools.close}
            </Button>
          )}
          {!outcome && (
            <Button disabled={!file} loading={isSending} onClick={() => void send()}>
              {codePools.start}
            </Button>
          )}
        </Group>
      </Stack>
    </Dialog>
  )
}

function Sending({ share }: { share: number }) {
  return (
    <Stack gap="xs">
      <Progress.Root size="lg">
        <Progress.Section value={100 * share} animated={share >= 1} aria-label={codePools.uploading} />
      </Progress.Root>
      <Text size="sm" role="status">
        {share < 1 ? codePools.progress(Math.floor(100 * share)) : codePools.writing}
      </Text>
    </Stack>
  )
}

const COLUMNS: Column<RefusedRow>[] = [
  { name: codePools.line, isNumber: true, cell: (row) => written(row.row) },
  { name: codePools.code, cell: (row) => <code>{row.value}</code> },
  { name: codePools.why, cell: (row) => row.detail },
]

function Outcome({ outcome }: { outcome: UploadedCodesView }) {
  const { created, refused, refusedRows } = outcome
  if (created + refused === 0) return <Text size="sm">{codePools.emptyFile}</Text>
  const shown = refusedRows.slice(0, SHOWN_MAX)
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        {codePools.outcome(created, refused)}
      </Text>
      {refused > 0 && (
        <>
          <Text size="sm" fw={600}>
            {codePools.refused}
          </Text>
          <Table columns={COLUMNS} rows={shown} idOf={(row) => row.row} />
          {refused > shown.length && <Text size="sm">{codePools.refusedMore(refused - shown.length)}</Text>}
        </>
      )}
    </Stack>
  )
}
