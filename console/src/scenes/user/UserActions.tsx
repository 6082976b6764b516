// What can be done for a member, and to the account.

import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { call } from '../../api/client'
import { closeAccount } from '../../api/generated/sdk.gen'
import type { User } from '../../api/queries'
import { Confirm } from '../../parts/Confirm'
import { useOpened } from '../../parts/inFront'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { EDITORS, HELPERS, REPORTERS, useMayDo } from '../../parts/roles'
import { PanelSkeleton } from '../../parts/Skeleton'
import { nameOf } from '../../parts/user'
import { user as words } from '#words/user'

const PurchaseReward = lazy(() => import('./PurchaseReward'))
const AdjustPoints = lazy(() => import('./AdjustPoints'))
const MergeAccounts = lazy(() => import('./MergeAccounts'))
const ErasePerson = lazy(() => import('./ErasePerson'))

export function UserActions({ user }: { user: User }) {
  const isOpen = user.status !== 'CLOSED'
  const mayBuy = useMayDo(REPORTERS) && isOpen
  const mayHelp = useMayDo(HELPERS)
  return (
    <>
      {mayBuy && (
        <OpenButton name="purchase" label={words.purchase.action}>
          {(close) => <PurchaseReward user={user} onClose={close} />}
        </OpenButton>
      )}
      {mayHelp && isOpen && (
        <OpenButton name="adjust" label={words.adjust.action}>
          {(close) => <AdjustPoints user={user} onClose={close} />}
        </OpenButton>
      )}
      {mayHelp && <MoreActions user={user} />}
    </>
  )
}

function MoreActions({ user }: { user: User }) {
  const merge = useOpened('merge')
  const closing = useOpened('close')
  const erase = useOpened('erase')
  const mayErase = useMayDo(EDITORS) && !user.erasedAt
  const isOpen = user.status !== 'CLOSED'
  return (
    <>
      <Menu withinPortal={false} position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />}>
            {words.more}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={`/v1/users/${user.id}/export`} download={words.export.file(user.accountNumber)}>
            {words.export.action}
          </Menu.Item>
          {isOpen && <Menu.Item onClick={() => merge.open()}>{words.merge.action}</Menu.Item>}
          {isOpen && <Menu.Item onClick={() => closing.open()}>{words.close.action}</Menu.Item>}
          {mayErase && (
            <Menu.Item color="red" onClick={() => erase.open()}>
              {words.erase.action}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={<PanelSkeleton />}>
        {isOpen && merge.isOpen && <MergeAccounts user={user} onClose={merge.close} />}
        {isOpen && closing.isOpen && <CloseAccount user={user} onClose={closing.close} />}
        {mayErase && erase.isOpen && <ErasePerson user={user} onClose={erase.close} />}
      </Suspense>
    </>
  )
}

function CloseAccount({ user, onClose }: { user: User; onClose: () => void }) {
  const renew = useUserRenewal(user.id)
  const send = async () => {
    await call((to) => closeAccount({ ...to, path: { id: user.id } }))
    notify(words.close.done)
    onClose()
    renew()
  }
  return (
    <Confirm title={words.close.title(nameOf(user))} action={words.close.action} onConfirm={send} onClose={onClose}>
      {words.close.text}
    </Confirm>
  )
}

/** Reads again all that is known of a member. */
export function useUserRenewal(id: string): () => void {
  const queries = useQueryClient()
  const keys = [['user', id], ['users'], ['wallet', id], ['events', 'of', id], ['consents', id], ['attributes', id], ['vouchers']]
  return () => {
    for (const queryKey of keys) void queries.invalidateQueries({ queryKey })
  }
}
