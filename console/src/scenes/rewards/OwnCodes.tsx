// The codes that were written for one reward alone.

import { Textarea } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { CodeView, RewardView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { Confirm } from '../../parts/Confirm'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { Section } from '../../parts/Page'
import { Paged, pagesQuery } from '../../parts/Paged'
import type { Column } from '../../parts/Table'
import { Time } from '../../parts/values'
import { rewards } from '#words/rewards'
import { codesIn } from './codesIn'

const words = rewards.ownCodes
const keyOf = (reward: RewardView) => ['own codes', reward.id]

const codesQuery = (reward: RewardView) =>
  pagesQuery<CodeView>(keyOf(reward), (cursor, signal) =>
    call((to) => api.listOwnCodes({ ...to, path: { id: reward.id }, query: { limit: 50, cursor } }), signal),
  )

export function OwnCodes({ reward }: { reward: RewardView }) {
  const columns: Column<CodeView>[] = [
    { name: words.code, cell: (code) => <code>{code.value}</code> },
    { name: words.state, cell: (code) => (code.taken ? words.taken : words.free) },
    { name: words.takenAt, cell: (code) => code.takenAt && <Time value={code.takenAt} /> },
    { name: words.actions, cell: (code) => !code.taken && <Remove reward={reward} code={code} /> },
  ]
  return (
    <Section
      title={rewards.codes}
      actions={
        <OpenButton name="codes" size="xs" label={words.add}>
          {(close) => <Add reward={reward} onClose={close} />}
        </OpenButton>
      }
    >
      <Paged query={codesQuery(reward)} columns={columns} idOf={(code) => code.id} empty={<p className="pc-nothing">{words.none}</p>} />
    </Section>
  )
}

function Add({ reward, onClose }: { reward: RewardView; onClose: () => void }) {
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const codes = codesIn(text)
  const body = { codes }
  const send = async (headers: OnceHeaders) => {
    await call((to) => api.patchReward({ ...to, path: { id: reward.id }, body, headers }))
    notify(words.added(codes.length))
    onClose()
    for (const queryKey of [keyOf(reward), ['rewards']]) void queries.invalidateQueries({ queryKey })
  }
  return (
    <Dialog title={words.addTitle(reward.name)} onClose={onClose}>
      <DialogForm action={words.add} isIncomplete={codes.length === 0} body={body} send={send} onClose={onClose} places={[]}>
        {() => (
          <Textarea
            label={rewards.codes}
            description={rewards.codesHint}
            className="pc-textarea-mono"
            rows={8}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
      </DialogForm>
    </Dialog>
  )
}

function Remove({ reward, code }: { reward: RewardView; code: CodeView }) {
  const queries = useQueryClient()
  const remove = async (headers: OnceHeaders, close: () => void) => {
    await call((to) => api.deleteOwnCode({ ...to, path: { id: reward.id, code_id: code.id }, headers }))
    close()
    await queries.invalidateQueries({ queryKey: keyOf(reward) })
  }
  return (
    <OpenButton name="remove-code" of={code.id} size="compact-xs" variant="subtle" color="red" label={words.remove} about={code.value}>
      {(close) => (
        <Confirm
          title={words.removeTitle(code.value)}
          action={words.remove}
          onConfirm={(headers) => remove(headers, close)}
          onClose={close}
        >
          {words.removeText}
        </Confirm>
      )}
    </OpenButton>
  )
}
