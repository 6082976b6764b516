// Undoes an event, whole or by a share: what it would come to is asked of the server with each change, and shown.

import { NativeSelect, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { event as all } from '#words/event'
import { call } from '../../api/client'
import { numberOf, writeExact } from '../../api/exactJson'
import { reverseEvent } from '../../api/generated/sdk.gen'
import type { EventView, ReversalView } from '../../api/queries'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { Answered } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { Facts, points } from '../../parts/values'

const words = all.reverse
const POLICIES = ['within_balance', 'debt', 'refuse'] as const
const FOLLOW = ['reverse', 'list'] as const
const PERCENT = /^\d{1,3}(?:\.\d{1,4})?$/

type Fields = { percent: string; policy: (typeof POLICIES)[number]; followUps: (typeof FOLLOW)[number]; comment: string }

export default function Reverse({ event, onClose }: { event: EventView; onClose: () => void }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [fields, setFields] = useState<Fields>({ percent: '', policy: 'within_balance', followUps: 'reverse', comment: '' })
  const set = (changed: Partial<Fields>) => setFields((before) => ({ ...before, ...changed }))
  const written = fields.percent.trim()
  const isWrong = written !== '' && !(PERCENT.test(written) && Number(written) > 0 && Number(written) <= 100)
  const share = written && !isWrong ? numberOf(String(Number((Number(written) / 100).toFixed(6)))) : undefined
  const body = {
    ...(share === undefined ? {} : { share }),
    policy: fields.policy,
    followUps: fields.followUps,
    ...(fields.comment.trim() ? { comment: fields.comment.trim() } : {}),
  }
  const preview = usePreview(event.id, body, !isWrong)
  return (
    <Dialog title={words.title} onClose={onClose}>
      <DialogForm
        action={words.action}
        isIncomplete={isWrong || !preview.data || preview.isError}
        body={body}
        onClose={onClose}
        send={async (headers) => {
          const { data } = await call((to) =>
            reverseEvent({ ...to, path: { id: event.id }, body: body as never, headers }),
          )
          for (const queryKey of [['event', event.id], ['wallet', event.subject], ['events', 'of', event.subject]])
            void queries.invalidateQueries({ queryKey })
          notify(words.done)
          // In the dialog's place: the way back leads to the page below it.
          if (data.event) await navigate({ to: '/events/$eventId', params: { eventId: data.event.id }, search: {}, replace: true })
          else onClose()
        }}
      >
        {(faultAt) => (
          <Stack>
            <Text size="sm">{words.text}</Text>
            <TextInput
              label={words.share}
              description={words.shareHint}
              inputMode="decimal"
              autoComplete="off"
              value={fields.percent}
              error={isWrong ? words.shareWrong : faultAt('/share')}
              onChange={(change) => set({ percent: change.currentTarget.value })}
            />
            <Radio.Group
              label={words.policy}
              value={fields.policy}
              onChange={(policy) => set({ policy: policy as Fields['policy'] })}
            >
              <Stack gap={4} mt={4}>
                {POLICIES.map((policy) => (
                  <Radio key={policy} value={policy} label={words.policies[policy]} />
                ))}
              </Stack>
            </Radio.Group>
            <NativeSelect
              label={words.followUps}
              value={fields.followUps}
              data={FOLLOW.map((value) => ({ value, label: words.follow[value] }))}
              onChange={(change) => set({ followUps: change.currentTarget.value as Fields['followUps'] })}
            />
            <Textarea
              label={words.comment}
              value={fields.comment}
              error={faultAt('/comment')}
              onChange={(change) => set({ comment: change.currentTarget.value })}
            />
            {!isWrong && (
              <Answered query={preview.isError ? { ...preview, data: undefined } : preview} rows={4} height={20}>
                {(would) => <Would would={would} />}
              </Answered>
            )}
          </Stack>
        )}
      </DialogForm>
    </Dialog>
  )
}

function usePreview(id: string, body: object, isAsked: boolean) {
  const [calm] = useDebouncedValue(writeExact(body), 300)
  return useQuery({
    queryKey: ['reversal', id, calm],
    queryFn: async ({ signal }) =>
      (
        await call(
          (to) => reverseEvent({ ...to, path: { id }, query: { dryRun: true }, body: calm as never }),
          signal,
        )
      ).data,
    enabled: isAsked,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  })
}

function Would({ would }: { would: ReversalView }) {
  const followUps = would.followUps ?? []
  const undone = [...would.undone, ...followUps.map((one) => one.eventType)]
  const left = [...would.left, ...followUps.flatMap((one) => one.left)]
  const sum = (name: 'takenBack' | 'givenBack' | 'owed' | 'forgiven' | 'ranOut') =>
    followUps.reduce((total, one) => total + one[name], would[name])
  const sums = [
    [words.taken, sum('takenBack')],
    [words.given, sum('givenBack')],
    [words.owed, sum('owed')],
    [words.forgiven, sum('forgiven')],
    [words.ranOut, sum('ranOut')],
  ] as const
  return (
    <section className="pc-section" aria-label={words.would} aria-live="polite">
      <Text fw={600} mb="xs">
        {words.would}
      </Text>
      <Facts
        items={[
          ...sums
            .filter(([, count], place) => count > 0 || place === 0)
            .map(([name, count]): [string, string] => [name, points(count)]),
          [words.after, points(would.balanceAfter)],
          ...(undone.length ? [[words.undone, undone.join(', ')] as [string, string]] : []),
        ]}
      />
      {left.length > 0 && (
        <>
          <Text size="sm" mt="xs">
            {words.left}
          </Text>
          <ul className="pc-faults">
            {left.map(({ detail }, place) => (
              <li key={place}>{detail}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
