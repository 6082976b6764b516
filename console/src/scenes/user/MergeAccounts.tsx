// Two accounts of one person become one.

import { Alert } from '@mantine/core'
import { useState } from 'react'
import { call } from '../../api/client'
import { mergeAccounts } from '../../api/generated/sdk.gen'
import type { OnceHeaders } from '../../api/once'
import type { User } from '../../api/queries'
import { UserChoice } from '../../parts/choices'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { notify } from '../../parts/notify'
import { nameOf } from '../../parts/user'
import { user as words } from '#words/user'
import { useUserRenewal } from './UserActions'

const { merge } = words

export default function MergeAccounts({ user, onClose }: { user: User; onClose: () => void }) {
  const [other, setOther] = useState<string>()
  const renew = useUserRenewal(user.id)
  const body = { from: other }
  const send = async (headers: OnceHeaders) => {
    await call((to) => mergeAccounts({ ...to, path: { id: user.id }, body, headers }))
    notify(merge.done)
    onClose()
    renew()
  }
  return (
    <Dialog title={merge.title(nameOf(user))} onClose={onClose}>
      <DialogForm action={merge.send} isIncomplete={!other} body={body} send={send} onClose={onClose} places={['/from']}>
        {(faultAt) => (
          <>
            <Alert color="orange" variant="light">
              {merge.text}
            </Alert>
            <UserChoice label={merge.other} required value={other} onChange={setOther} error={faultAt('/from')} />
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}
