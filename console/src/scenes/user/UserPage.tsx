// One member: who it is, what is in the wallet and why, what has happened, and what can be done.

import { Alert, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, type ComponentType } from 'react'
import { userQuery, type User } from '../../api/queries'
import { useIsAbout } from '../../parts/about'
import { Answered, Rows } from '../../parts/notices'
import { Page } from '../../parts/Page'
import { nameOf } from '../../parts/user'
import { user as words } from '#words/user'
import { Overview } from './Overview'
import { UserActions } from './UserActions'

type Tab = keyof typeof words.tabs
type OfUser = { user: User }

const TABS: Record<Tab, ComponentType<OfUser>> = {
  overview: Overview,
  wallet: lazy(() => import('./WalletTab')),
  events: lazy(() => import('./EventsTab')),
  vouchers: lazy(() => import('./VouchersTab')),
  standing: lazy(() => import('./StandingTab')),
  referrals: lazy(() => import('./ReferralsTab')),
  profile: lazy(() => import('./ProfileTab')),
}

const isTab = (name: string | undefined): name is Tab => name !== undefined && name in TABS

export function UserPage() {
  const { userId } = useParams({ strict: false }) as { userId: string }
  const { tab } = useSearch({ strict: false }) as { tab?: string }
  const navigate = useNavigate()
  const query = useQuery(userQuery(userId))
  const user = query.data
  useIsAbout(user && user.status !== 'CLOSED' ? user.id : undefined)
  if (!user)
    return (
      <Page title={words.title}>
        <Answered query={query} rows={8} instead={<Link to="/users">{words.back}</Link>}>
          {() => null}
        </Answered>
      </Page>
    )
  const opened: Tab = isTab(tab) ? tab : 'overview'
  const Opened = TABS[opened]
  const open = (name: string | null) =>
    void navigate({
      to: '/users/$userId',
      params: { userId },
      search: { tab: name === 'overview' || name === null ? undefined : name },
      replace: true,
    })
  return (
    <Page title={nameOf(user)} actions={<UserActions user={user} />}>
      {user.erasedAt ? <Alert color="gray">{words.isErased}</Alert> : user.status === 'CLOSED' && <Alert color="gray">{words.isClosed}</Alert>}
      <Tabs value={opened} onChange={open} keepMounted={false}>
        <Tabs.List aria-label={words.tabsOf}>
          {Object.entries(words.tabs).map(([name, label]) => (
            <Tabs.Tab key={name} value={name}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={opened} pt="md">
          <Suspense fallback={<Rows />}>
            <Opened user={user} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
