// A file of codes on its way into a pool, in parts: how far it has come, and which codes were not taken.

import { Button, FileInput, Group, Progress, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { call, newKey } from '../../api/client'
import { createCodes } from '../../api/generated/sdk.gen'
import type { CodePoolView } from '../../api/generated/types.gen'
import { Dialog } from '../../parts/Dialog'
import { ErrorNotice } from '../../parts/notices'
import { Table } from '../../parts/Table'
import { codePools } from '#words/code-pools'
import { codesOf, partsOf, type Line } from './codesOf'

const SHOWN_MAX = 200

type Refused = { line: number; value: string; detail: string }
type State = { all: number; done: number; created: number; refused: Refused[]; isOver: boolean }

export default function UploadCodes({ pool, onClose }: { pool: CodePoolView; onClose: () => void }) {
  const queries = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const [state, setState] = useState<State>()
  const [failure, setFailure] = useState<unknown>()
  // What is sent again after a failure is the same part, with the same key.
  const rest = useRef<{ parts: Line[][]; keys: string[] }>(undefined)
  const isStopped = useRef(false)

  const send = async () => {
    setFailure(undefined)
    try {
      if (!rest.current) {
        const lines = codesOf(await file!.text())
        const parts = partsOf(lines)
        rest.current = { parts, keys: parts.map(newKey) }
        setState({ all: lines.length, done: 0, created: 0, refused: [], isOver: lines.length === 0 })
      }
      await sendRest(pool.id, rest.current, () => isStopped.current, (part, answer) =>
        setState((now) => now && {
          ...now,
          done: now.done + part.length,
          created: now.created + answer.created,
          refused: [...now.refused, ...answer.refused.map(({ index, value, detail }) => ({ line: part[index]!.line, value, detail }))],
        }),
      )
      setState((now) => now && { ...now, isOver: true })
    } catch (error) {
      setFailure(error)
    }
    for (const queryKey of [['code pools'], ['codes', pool.id]]) void queries.invalidateQueries({ queryKey })
  }
  const close = () => {
    isStopped.current = true
    onClose()
  }
  return (
    <Dialog title={codePools.uploadTitle(pool.name)} onClose={close} size="lg">
      <Stack>
        {!state && (
          <FileInput
            label={codePools.file}
            description={codePools.fileHint}
            accept=".txt,.csv,text/plain,text/csv"
            value={file}
            onChange={setFile}
            clearable
            clearButtonProps={{ 'aria-label': codePools.stop }}
          />
        )}
        {state && <Outcome state={state} />}
        {failure ? <ErrorNotice error={failure} onRetry={() => void send()} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {state && !state.isOver ? codePools.stop : codePools.close}
          </Button>
          {!state && (
            <Button disabled={!file} onClick={() => void send()}>
              {codePools.start}
            </Button>
          )}
        </Group>
      </Stack>
    </Dialog>
  )
}

type Answer = { created: number; refused: readonly { index: number; value: string; detail: string }[] }

async function sendRest(
  poolId: string,
  rest: { parts: Line[][]; keys: string[] },
  isStopped: () => boolean,
  onPart: (part: Line[], answer: Answer) => void,
): Promise<void> {
  while (rest.parts.length > 0 && !isStopped()) {
    const [part] = rest.parts as [Line[]]
    const body = { codes: part.map(({ code }) => code) }
    const headers = { 'Idempotency-Key': rest.keys[0]! }
    const { data } = await call((to) => createCodes({ ...to, path: { pool_id: poolId }, body, headers }))
    rest.parts.shift()
    rest.keys.shift()
    onPart(part, data)
  }
}

function Outcome({ state }: { state: State }) {
  if (state.all === 0) return <Text size="sm">{codePools.emptyFile}</Text>
  return (
    <Stack gap="xs">
      <Progress.Root size="lg">
        <Progress.Section value={(100 * state.done) / state.all} aria-label={codePools.uploading} />
      </Progress.Root>
      <Text size="sm" role="status">
        {codePools.progress(state.done, state.all)} {codePools.outcome(state.created, state.refused.length)}
      </Text>
      {state.refused.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            {codePools.refused}
          </Text>
          <Table
            columns={[
              { name: codePools.line, isNumber: true, cell: (row: Refused) => row.line.toLocaleString('en') },
              { name: codePools.code, cell: (row: Refused) => <code>{row.value}</code> },
              { name: codePools.why, cell: (row: Refused) => row.detail },
            ]}
            rows={state.refused.slice(0, SHOWN_MAX)}
            idOf={(row) => row.line}
          />
          {state.refused.length > SHOWN_MAX && <Text size="sm">{codePools.refusedMore(state.refused.length - SHOWN_MAX)}</Text>}
        </>
      )}
    </Stack>
  )
}
