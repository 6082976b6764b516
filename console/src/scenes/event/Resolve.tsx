// Ends the waiting of a report in quarantine: it becomes an event, or comes to nothing.

import { Text, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { event } from '#words/event'
import { call } from '../../api/client'
import { parseExact, writeExact, type Json } from '../../api/exactJson'
import { discardQuarantined, resubmitQuarantined } from '../../api/generated/sdk.gen'
import type { QuarantineEntry } from '../../api/queries'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { notify } from '../../parts/notify'

const words = event.quarantined

type Props = { entry: QuarantineEntry; what: 'resubmit' | 'discard'; onClose: () => void }

export default function Resolve({ entry, what, onClose }: Props) {
  const queries = useQueryClient()
  const done = (text: string) => {
    notify(text)
    for (const queryKey of [['quarantine'], ['quarantined', entry.id]]) void queries.invalidateQueries({ queryKey })
  }
  return what === 'resubmit' ? (
    <Resubmit entry={entry} onClose={onClose} onDone={() => done(words.resubmitted)} />
  ) : (
    <Discard entry={entry} onClose={onClose} onDone={() => done(words.discarded)} />
  )
}

type Part = { entry: QuarantineEntry; onClose: () => void; onDone: () => void }

function Resubmit({ entry, onClose, onDone }: Part) {
  const navigate = useNavigate()
  const isLate = entry.reason === 'LATE'
  const [text, setText] = useState(() => writeExact(entry.payload, 2))
  const read = readOrFault(text)
  const body = isLate || typeof read === 'string' ? {} : { payload: read.value }
  return (
    <Dialog title={words.resubmitTitle} onClose={onClose}>
      <DialogForm
        action={words.resubmit}
        isIncomplete={!isLate && typeof read === 'string'}
        body={body}
        onClose={onClose}
        send={async (headers) => {
          const { data } = await call((to) =>
            resubmitQuarantined({ ...to, path: { id: entry.id }, body: body as never, headers }),
          )
          // In the dialog's place: the way back leads to the page below it.
          await navigate({ to: '/events/$eventId', params: { eventId: data.id }, search: {}, replace: true })
          onDone()
        }}
      >
        {(faultAt) =>
          isLate ? (
            <Text size="sm">{words.asItIs}</Text>
          ) : (
            <Textarea
              label={words.corrected}
              description={words.correctedHint}
              className="pc-textarea-mono"
              rows={10}
              spellCheck={false}
              value={text}
              error={typeof read === 'string' ? read : faultAt('/payload')}
              onChange={(change) => setText(change.currentTarget.value)}
            />
          )
        }
      </DialogForm>
    </Dialog>
  )
}

function readOrFault(text: string): { value: Json } | string {
  try {
    return { value: parseExact(text) }
  } catch (fault) {
    return (fault as Error).message
  }
}

function Discard({ entry, onClose, onDone }: Part) {
  const [reason, setReason] = useState('')
  const body = { reason: reason.trim() }
  return (
    <Dialog title={words.discardTitle} onClose={onClose}>
      <DialogForm
        action={words.discard}
        isIncomplete={body.reason === ''}
        body={body}
        onClose={onClose}
        send={async (headers) => {
          await call((to) => discardQuarantined({ ...to, path: { id: entry.id }, body, headers }))
          onClose()
          onDone()
        }}
      >
        {(faultAt) => (
          <>
            <Text size="sm">{words.discardText}</Text>
            <Textarea
              label={words.reason}
              description={words.reasonHint}
              value={reason}
              error={faultAt('/reason')}
              onChange={(change) => setReason(change.currentTarget.value)}
            />
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}
