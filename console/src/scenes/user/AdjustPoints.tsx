// Points given or taken by hand, for a reason. More than one administrator adjusts alone waits for another.

import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/client'
import { adjustPoints } from '../../api/generated/sdk.gen'
import type { AdjustmentView, EventView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import type { User } from '../../api/queries'
import { Dialog } from '../../parts/Dialog'
import { Editor } from '../../parts/Editor'
import type { Field } from '../../parts/editor'
import { notify } from '../../parts/notify'
import { nameOf } from '../../parts/user'
import { points } from '../../parts/values'
import { user as words } from '#words/user'
import { useUserRenewal } from './UserActions'

const { adjust } = words
const optionsOf = (names: Record<string, string>) => Object.entries(names).map(([value, label]) => ({ value, label }))

const FIELDS: Field[] = [
  { kind: 'number', at: '/points', label: adjust.points, hint: adjust.pointsHint, required: true },
  { kind: 'choice', at: '/impactType', label: adjust.impact, options: optionsOf(adjust.impacts), none: adjust.bySign },
  { kind: 'text', at: '/comment', label: adjust.reason, hint: adjust.reasonHint, lines: 2, required: true },
  {
    kind: 'choice',
    at: '/liabilityHandlingPolicy',
    label: adjust.bypass,
    options: optionsOf(adjust.policies),
    initially: 'REJECT_EVENT',
    required: true,
  },
]

const isWaiting = (answer: EventView | AdjustmentView): answer is AdjustmentView => 'requestedBy' in answer

export default function AdjustPoints({ user, onClose }: { user: User; onClose: () => void }) {
  const [waiting, setWaiting] = useState<AdjustmentView>()
  const renew = useUserRenewal(user.id)
  const send = async (body: object, headers: OnceHeaders) => {
    const whole = { ...body, actorId: user.id } as never
    const { data } = await call((to) => adjustPoints({ ...to, body: whole, headers }))
    if (isWaiting(data)) return setWaiting(data)
    notify(adjust.done)
    onClose()
    renew()
  }
  const title = adjust.title(nameOf(user))
  if (!waiting) return <Editor title={title} action={adjust.send} fields={FIELDS} send={send} onClose={onClose} />
  return (
    <Dialog title={title} onClose={onClose}>
      <Stack>
        <Alert color="orange" variant="light" title={adjust.waits} role="status">
          <Text size="sm">{adjust.waitsText(points(Math.abs(waiting.points)))}</Text>
          <Link to="/adjustments" search={{}}>
            {adjust.toList}
          </Link>
        </Alert>
        <Group justify="flex-end">
          <Button onClick={onClose}>{adjust.close}</Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
