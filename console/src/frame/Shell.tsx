// The frame around every page: who is signed in, where one can go, and the drawer that reports an event.

import { ActionIcon, Button, useMantineColorScheme, useComputedColorScheme } from '@mantine/core'
import { IconLogout, IconMenu2, IconMoon, IconSearch, IconSun } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouterState, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState, type MouseEvent } from 'react'
import { useSessionState, type Session } from '../api/session'
import { restore, signOut } from '../api/signIn'
import { ReportButton } from '../scenes/report/ReportButton'
import { Door } from '../scenes/sign-in/Door'
import { Notified } from '../parts/Notified'
import { ErrorNotice } from '../parts/notices'
import { mayDo, useRole } from '../parts/roles'
import { FrameSkeleton, PanelSkeleton } from '../parts/Skeleton'
import { useKeys } from './keys'
import { SECTIONS } from './sections'
import { frame } from '#words/frame'
import { palette } from '#words/keys'

const ReportDrawer = lazy(() => import('../scenes/report/ReportDrawer'))
const Palette = lazy(() => import('./Palette'))
const KeyList = lazy(() => import('./KeyList'))
const SignInAgain = lazy(() => import('../scenes/sign-in/SignInAgain'))

export function Shell() {
  const state = useSessionState()
  const [failure, setFailure] = useState<unknown>()
  const [asked, setAsked] = useState(0)
  const [isOut, setIsOut] = useState(false)

  useEffect(() => {
    if (state.phase !== 'unknown') return
    setFailure(undefined)
    restore().then((known) => setIsOut(!known), setFailure)
  }, [state.phase, asked])

  if (state.phase === 'in' || state.phase === 'ended') return <Frame session={state.session} hasEnded={state.phase === 'ended'} />
  if (state.phase === 'out') return <Door title={frame.signedOut} />
  if (isOut) return <Door title={frame.signIn} />
  if (!failure) return <FrameSkeleton />
  return (
    <main className="pc-door">
      <ErrorNotice error={failure} onRetry={() => setAsked(asked + 1)} />
    </main>
  )
}

/** Without the address of its own that a link into the page makes: the way back to it would take the focus there. */
function skip(event: MouseEvent) {
  event.preventDefault()
  document.getElementById('main')?.focus()
}

function Frame({ session, hasEnded }: { session: Session; hasEnded: boolean }) {
  const { report } = useSearch({ strict: false }) as { report?: string }
  const queries = useQueryClient()
  const [front, setFront] = useState<'palette' | 'keys'>()
  useKeys(setFront)
  // What was refused because the session had ended is read once somebody has signed in again.
  useEffect(() => {
    if (!hasEnded) void queries.refetchQueries({ type: 'active', predicate: (query) => query.state.status === 'error' })
  }, [hasEnded, queries])
  return (
    <>
      <div id="shell">
        <a href="#main" className="pc-skip" onClick={skip}>
          {frame.skip}
        </a>
        <Header session={session} onSearch={() => setFront('palette')} />
        <div className="pc-frame">
          <Navigation />
          <main className="pc-main" id="main" tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
      <Notified />
      {/* One each: while the code of one is on its way, what another shows stays. */}
      <Suspense fallback={<PanelSkeleton side="right" />}>{report && <ReportDrawer key={report} start={report} isCovered={hasEnded} />}</Suspense>
      <Suspense fallback={<PanelSkeleton />}>{front === 'palette' && <Palette onClose={() => setFront(undefined)} onKeys={() => setFront('keys')} />}</Suspense>
      <Suspense fallback={<PanelSkeleton />}>{front === 'keys' && <KeyList onClose={() => setFront(undefined)} />}</Suspense>
      <Suspense fallback={<PanelSkeleton />}>{hasEnded && <SignInAgain tenant={session.tenant.name} />}</Suspense>
    </>
  )
}

function Header({ session, onSearch }: { session: Session; onSearch: () => void }) {
  const queries = useQueryClient()
  const [failure, setFailure] = useState<unknown>()
  const leave = () => signOut().then(() => queries.clear(), setFailure)
  return (
    <header className="pc-header">
      <MenuButton />
      <Link to="/" search={{}} className="pc-brand">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" />
        Punchcard
      </Link>
      <span className="pc-tenant" title={session.tenant.name}>
        {session.tenant.name}
      </span>
      <div className="pc-header-end">
        {failure ? <ErrorNotice error={failure} /> : null}
        <ReportButton />
        <ActionIcon variant="default" size={30} aria-label={palette.open} title="Ctrl K" onClick={onSearch}>
          <IconSearch size={16} />
        </ActionIcon>
        <SchemeButton />
        <Button
          size="xs"
          variant="default"
          className="pc-small"
          leftSection={<IconLogout size={14} />}
          onClick={() => void leave()}
        >
          {frame.signOut}
        </Button>
      </div>
    </header>
  )
}

function SchemeButton() {
  // Without transitions it would write a <style> element.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  const scheme = useComputedColorScheme('light')
  const other = scheme === 'dark' ? 'light' : 'dark'
  return (
    <ActionIcon variant="default" size={30} aria-label={frame.switchTo(other)} onClick={() => setColorScheme(other)}>
      {other === 'dark' ? <IconMoon size={16} /> : <IconSun size={16} />}
    </ActionIcon>
  )
}

function MenuButton() {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const [isOpen, setIsOpen] = useState(false)
  useEffect(() => setIsOpen(false), [path])
  useEffect(() => {
    document.getElementById('navigation')?.toggleAttribute('data-open', isOpen)
  }, [isOpen])
  return (
    <ActionIcon
      variant="default"
      size={30}
      className="pc-menu"
      aria-label={frame.menu}
      aria-expanded={isOpen}
      aria-controls="navigation"
      onClick={() => setIsOpen(!isOpen)}
    >
      <IconMenu2 size={16} />
    </ActionIcon>
  )
}

function Navigation() {
  const role = useRole()
  return (
    <nav className="pc-nav" id="navigation" aria-label={frame.navigation}>
      {SECTIONS.map(({ name, places }) => ({ name, places: places.filter(({ roles }) => mayDo(role, roles)) }))
        .filter(({ places }) => places.length > 0)
        .map(({ name, places }) => (
          <div key={places[0]!.to}>
            {name && <p>{name}</p>}
            <ul>
              {places.map(({ to, name, icon: Icon }) => (
                <li key={to}>
                  <Link to={to} activeOptions={{ includeSearch: false, exact: to === '/' }} search={{} as never}>
                    <Icon size={16} aria-hidden />
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
    </nav>
  )
}
