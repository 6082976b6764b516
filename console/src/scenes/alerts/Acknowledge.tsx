// Somebody has looked at an alert, and says what came of it.

import { Text, Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../api/client'
import { acknowledgeAlert } from '../../api/generated/sdk.gen'
import type { AlertView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { EDITORS, useMayDo } from '../../parts/roles'
import { alerts as words } from '#words/alerts'

export function Acknowledge({ alert }: { alert: AlertView }) {
  if (!useMayDo(EDITORS)) return null
  return (
    <OpenButton name="acknowledge" of={alert.id} size="compact-xs" label={words.acknowledge} about={alert.name}>
      {(close) => <Asked alert={alert} onClose={close} />}
    </OpenButton>
  )
}

function Asked({ alert, onClose }: { alert: AlertView; onClose: () => void }) {
  const queries = useQueryClient()
  const [comment, setComment] = useState('')
  const body = comment.trim() ? { comment: comment.trim() } : {}
  const send = async (headers: OnceHeaders) => {
    await call((to) => acknowledgeAlert({ ...to, path: { id: alert.id }, body, headers }))
    notify(words.done)
    onClose()
    await queries.invalidateQueries({ queryKey: ['alerts'] })
  }
  return (
    <Dialog title={words.acknowledgeTitle(alert.name)} onClose={onClose}>
      <DialogForm action={words.acknowledge} body={body} send={send} onClose={onClose} places={['/comment']}>
        {(faultAt) => (
          <>
            <Text size="sm">{words.acknowledgeText}</Text>
            <Textarea
              label={words.comment}
              description={words.commentHint}
              rows={2}
              value={comment}
              error={faultAt('/comment')}
              onChange={(event) => setComment(event.currentTarget.value)}
            />
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}
