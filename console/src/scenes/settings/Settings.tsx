// The frame of the settings: one heading, and a way to each page.

import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { settings as words } from '#words/system'
import { Only } from '../../parts/Only'
import { Page } from '../../parts/Page'
import { mayDo, OWNERS, useRole } from '../../parts/roles'

const TABS = [
  { to: '/settings', name: words.tabs.programme, roles: undefined },
  { to: '/settings/staff', name: words.tabs.staff, roles: OWNERS },
  { to: '/settings/keys', name: words.tabs.keys, roles: OWNERS },
  { to: '/settings/issuers', name: words.tabs.issuers, roles: undefined },
  { to: '/settings/limits', name: words.tabs.limits, roles: OWNERS },
  { to: '/settings/audit', name: words.tabs.audit, roles: OWNERS },
  { to: '/settings/sessions', name: words.tabs.sessions, roles: undefined },
] as const

export function Settings() {
  const role = useRole()
  // Of what is shown, and not of the address, which is a step ahead: else a page would begin to read that is not for the role.
  const path = useRouterState({ select: (state) => state.matches.at(-1)?.pathname.replace(/\/$/, '') })
  const here = TABS.find(({ to }) => path === to)
  return (
    <Page title={here && here.to !== '/settings' ? `${words.title}: ${here.name}` : words.title}>
      <nav className="pc-tabs" aria-label={words.pages}>
        {TABS.filter(({ roles }) => mayDo(role, roles)).map(({ to, name }) => (
          <Link key={to} to={to} search={{}} activeOptions={{ exact: true, includeSearch: false }}>
            {name}
          </Link>
        ))}
      </nav>
      {here && (
        <Only roles={here.roles}>
          <Outlet />
        </Only>
      )}
    </Page>
  )
}
