// Event types as one file: what would become of each is told before it is done.

import { FileInput, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { eventTypes } from '#words/event-types'
import { call } from '../../api/client'
import { parseExact } from '../../api/exactJson'
import { importEventTypes } from '../../api/generated/sdk.gen'
import type { ImportedEventType } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { asProblem, type Problem } from '../../api/problem'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { ErrorNotice } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { FaultList } from '../../parts/quarantine'
import { Table, type Column } from '../../parts/Table'

const words = eventTypes.exchange
type Read = { body: object; report: ImportedEventType[] }

const send = async (body: object, query: object, headers: object = {}) =>
  (await call((to) => importEventTypes({ ...to, body: body as never, query, headers: headers as never }))).data.eventTypes

export default function BringIn({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient()
  const [read, setRead] = useState<Read>()
  const [broken, setBroken] = useState<string>()
  const [problem, setProblem] = useState<Problem>()
  const chosen = useRef<File>(undefined)
  const is = (wanted: string) => read?.report.some(({ outcome }) => outcome === wanted) ?? false
  const changes = is('created') || is('changed')
  const isRefused = is('refused')

  const take = async (file: File | null) => {
    setRead(undefined)
    setBroken(undefined)
    setProblem(undefined)
    chosen.current = file ?? undefined
    if (!file) return
    const body = bodyIn(await file.text())
    // What is told is of the file that was chosen last, however late the answer for another comes.
    const isLast = () => chosen.current === file
    if (!isLast()) return
    if (!body) return setBroken(words.notJson)
    try {
      const report = await send(body, { dryRun: true, atomic: false })
      if (isLast()) setRead({ body, report })
    } catch (error) {
      if (isLast()) setProblem(asProblem(error))
    }
  }
  const bringIn = async (headers: OnceHeaders) => {
    await send(read!.body, {}, headers)
    notify(words.done)
    onClose()
    await queries.invalidateQueries({ queryKey: ['event types'] })
  }
  return (
    <Dialog title={words.title} onClose={onClose} size="lg">
      <DialogForm action={words.do} isIncomplete={!changes || isRefused} body={read?.body ?? {}} send={bringIn} onClose={onClose}>
        {() => (
          <Stack>
            <Text size="sm">{words.about}</Text>
            <FileInput label={words.choose} accept="application/json,.json" error={broken} onChange={(file) => void take(file)} />
            {problem && <ErrorNotice error={problem}>{problem.faults.length > 0 && <FaultList faults={problem.faults} />}</ErrorNotice>}
            {read && <Table columns={COLUMNS} rows={read.report} idOf={({ name }) => name} />}
            {read && !changes && !isRefused && <Text size="sm">{words.nothing}</Text>}
          </Stack>
        )}
      </DialogForm>
    </Dialog>
  )
}

/** An export's answer has its types in `data`, as every answer; a file written by hand need not. */
function bodyIn(text: string): object | undefined {
  try {
    const found = parseExact(text)
    if (typeof found !== 'object' || found === null) return undefined
    return 'data' in found && typeof found.data === 'object' && found.data !== null ? (found.data as object) : found
  } catch {
    return undefined
  }
}

const COLUMNS: Column<ImportedEventType>[] = [
  { name: words.columns.name, cell: (one) => <b>{one.name}</b> },
  { name: words.columns.outcome, cell: (one) => words.outcomes[one.outcome] ?? one.outcome },
  { name: words.columns.detail, cell: (one) => one.detail ?? (one.compatibility && eventTypes.editor.levels[one.compatibility.level]) },
]
