// The right to be forgotten: what is personal goes, what has happened stays.

import { Anchor } from '@mantine/core'
import { call } from '../../api/client'
import { erasePerson } from '../../api/generated/sdk.gen'
import type { OnceHeaders } from '../../api/once'
import type { User } from '../../api/queries'
import { Confirm } from '../../parts/Confirm'
import { notify } from '../../parts/notify'
import { nameOf } from '../../parts/user'
import { user as words } from '#words/user'
import { useUserRenewal } from './UserActions'

const { erase } = words

export default function ErasePerson({ user, onClose }: { user: User; onClose: () => void }) {
  const renew = useUserRenewal(user.id)
  const send = async (headers: OnceHeaders) => {
    await call((to) => erasePerson({ ...to, path: { id: user.id }, headers }))
    notify(erase.done)
    onClose()
    renew()
  }
  return (
    <Confirm
      title={erase.title(nameOf(user))}
      action={erase.action}
      typed={user.accountNumber}
      onConfirm={send}
      onClose={onClose}
    >
      <p>{erase.text}</p>
      <Anchor href={`/v1/users/${user.id}/export`} download={words.export.file(user.accountNumber)} underline="always">
        {erase.exportFirst}
      </Anchor>
    </Confirm>
  )
}
