// Every page on one page: its address, and what of the address it reads.

import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type AnyRouter,
} from '@tanstack/react-router'
import { EverythingElse, NotHere } from './frame/Fallbacks'
import { Shell } from './frame/Shell'
import { PageSkeleton } from './parts/Skeleton'
import { SignIn } from './scenes/sign-in/SignIn'
import { quoted } from './scenes/stream/quoted'

/** In every address: `report` opens the drawer, with `new` or the id of an event to start from; `about` is whom about;
 * `edit` opens a page's editor, with `new` or the id of what is changed; `open` any other dialog, by its name. */
export type RootSearch = { report?: string; about?: string; edit?: string; open?: string }
export type VoucherSearch = { user?: string; reward?: string; status?: string }
/** Of the stream: the query, which of its lists, and whether quarantine has those that are done, too. `type` and
 * `subject` are for links, and become part of the query. */
export type StreamSearch = { q?: string; tab?: 'duplicates' | 'quarantine'; all?: string; type?: string; subject?: string }

export type AuditSearch = { kind?: string; object?: string; by?: string; from?: string; until?: string; entry?: string }

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)

const number = (value: unknown) => (/^\d+$/.test(String(value)) ? Number(value) : undefined)

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  validateSearch: (search): RootSearch => ({ report: text(search.report), about: text(search.about), edit: text(search.edit), open: text(search.open) }),
  errorComponent: EverythingElse,
  notFoundComponent: NotHere,
})

const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: SignIn })
const setPassword = createRoute({
  getParentRoute: () => root,
  path: '/set-password',
  component: lazyRouteComponent(() => import('./scenes/sign-in/SetPassword'), 'SetPassword'),
})
const fromProvider = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/oidc',
  validateSearch: (search): { code?: string; state?: string } => ({ code: text(search.code), state: text(search.state) }),
  component: lazyRouteComponent(() => import('./scenes/sign-in/FromProvider'), 'FromProvider'),
})
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell, notFoundComponent: NotHere })

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: (search): { period?: string; time?: string } => ({ period: text(search.period), time: text(search.time) }),
  component: lazyRouteComponent(() => import('./scenes/overview/Overview'), 'Overview'),
})
const events = createRoute({
  getParentRoute: () => shell,
  path: '/events',
  validateSearch: (search): StreamSearch => {
    const links = (['type', 'subject'] as const).flatMap((key) => {
      const value = text(search[key])
      return value ? [`${key}:${quoted(value)}`] : []
    })
    const { tab } = search
    return {
      q: text([text(search.q), ...links].filter(Boolean).join(' ')),
      tab: tab === 'duplicates' || tab === 'quarantine' ? tab : undefined,
      all: tab === 'quarantine' ? text(search.all) : undefined,
      // Named, for what is not named stays in the search as it came, and would be read again.
      type: undefined,
      subject: undefined,
    }
  },
  component: lazyRouteComponent(() => import('./scenes/stream/EventStream'), 'EventStream'),
})
const event = createRoute({
  getParentRoute: () => shell,
  path: '/events/$eventId',
  component: lazyRouteComponent(() => import('./scenes/event/EventPage'), 'EventPage'),
})
const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  validateSearch: (search): { search?: string } => ({ search: text(search.search) }),
  component: lazyRouteComponent(() => import('./scenes/users/Users'), 'Users'),
})
const user = createRoute({
  getParentRoute: () => shell,
  path: '/users/$userId',
  validateSearch: (search): { tab?: string; interval?: string } => ({ tab: text(search.tab), interval: text(search.interval) }),
  component: lazyRouteComponent(() => import('./scenes/user/UserPage'), 'UserPage'),
})
const eventTypes = createRoute({
  getParentRoute: () => shell,
  path: '/event-types',
  validateSearch: (search): { search?: string; show?: string } => ({ search: text(search.search), show: text(search.show) }),
  component: lazyRouteComponent(() => import('./scenes/event-types/EventTypes'), 'EventTypes'),
})
const newEventType = createRoute({
  getParentRoute: () => shell,
  path: '/event-types/new',
  component: lazyRouteComponent(() => import('./scenes/event-types/editor/TypeEditor'), 'AddEventType'),
})
const changeEventType = createRoute({
  getParentRoute: () => shell,
  path: '/event-types/$name/edit',
  component: lazyRouteComponent(() => import('./scenes/event-types/editor/TypeEditor'), 'ChangeEventType'),
})
const eventType = createRoute({
  getParentRoute: () => shell,
  path: '/event-types/$name',
  validateSearch: (search): { version?: number; period?: string } => ({ version: number(search.version), period: text(search.period) }),
  component: lazyRouteComponent(() => import('./scenes/event-types/EventTypePage'), 'EventTypePage'),
})
const reactors = createRoute({
  getParentRoute: () => shell,
  path: '/reactors',
  validateSearch: (search): { search?: string; state?: string; type?: string } => ({
    search: text(search.search),
    state: text(search.state),
    type: text(search.type),
  }),
  component: lazyRouteComponent(() => import('./scenes/reactors/Reactors'), 'Reactors'),
})
const newReactor = createRoute({
  getParentRoute: () => shell,
  path: '/reactors/new',
  validateSearch: (search): { type?: string } => ({ type: text(search.type) }),
  component: lazyRouteComponent(() => import('./scenes/reactors/editor/ReactorEditor'), 'AddReactor'),
})
const reactor = createRoute({
  getParentRoute: () => shell,
  path: '/reactors/$reactorId',
  validateSearch: (search): { version?: number; beside?: number; period?: string } => ({
    period: text(search.period),
    version: number(search.version),
    beside: number(search.beside),
  }),
  component: lazyRouteComponent(() => import('./scenes/reactors/ReactorPage'), 'ReactorPage'),
})
const changeReactor = createRoute({
  getParentRoute: () => shell,
  path: '/reactors/$reactorId/edit',
  component: lazyRouteComponent(() => import('./scenes/reactors/editor/ReactorEditor'), 'ChangeReactor'),
})
const policies = createRoute({
  getParentRoute: () => shell,
  path: '/points-policies',
  component: lazyRouteComponent(() => import('./scenes/points-policies/PointsPolicies'), 'PointsPolicies'),
})
const counters = createRoute({
  getParentRoute: () => shell,
  path: '/counters',
  component: lazyRouteComponent(() => import('./scenes/counters/Counters'), 'Counters'),
})
const backtest = createRoute({
  getParentRoute: () => shell,
  path: '/backtests/$jobId',
  validateSearch: (search): { back?: string } => ({ back: text(search.back) }),
  component: lazyRouteComponent(() => import('./scenes/backtests/BacktestPage'), 'BacktestPage'),
})

const settings = createRoute({
  getParentRoute: () => shell,
  id: 'settings',
  component: lazyRouteComponent(() => import('./scenes/settings/Settings'), 'Settings'),
})
const settingsPages = settings.addChildren([
  createRoute({
    getParentRoute: () => settings,
    path: '/settings',
    component: lazyRouteComponent(() => import('./scenes/settings/Programme'), 'Programme'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/staff',
    component: lazyRouteComponent(() => import('./scenes/settings/Staff'), 'Staff'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/keys',
    component: lazyRouteComponent(() => import('./scenes/settings/Keys'), 'Keys'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/issuers',
    component: lazyRouteComponent(() => import('./scenes/settings/Issuers'), 'Issuers'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/limits',
    component: lazyRouteComponent(() => import('./scenes/settings/limits/Limits'), 'Limits'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/audit',
    validateSearch: (search: Record<string, unknown>): AuditSearch => ({
      kind: text(search.kind),
      object: text(search.object),
      by: text(search.by),
      from: text(search.from),
      until: text(search.until),
      entry: text(search.entry),
    }),
    component: lazyRouteComponent(() => import('./scenes/settings/Audit'), 'Audit'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/settings/sessions',
    component: lazyRouteComponent(() => import('./scenes/settings/Sessions'), 'Sessions'),
  }),
])
const integrity = createRoute({
  getParentRoute: () => shell,
  path: '/integrity',
  component: lazyRouteComponent(() => import('./scenes/system/Integrity'), 'Integrity'),
})
const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  validateSearch: (search: Record<string, unknown>): { state?: string } => ({ state: text(search.state) }),
  component: lazyRouteComponent(() => import('./scenes/system/Jobs'), 'Jobs'),
})

const vouchers = createRoute({
  getParentRoute: () => shell,
  path: '/vouchers',
  validateSearch: (search): VoucherSearch => ({ user: text(search.user), reward: text(search.reward), status: text(search.status) }),
  component: lazyRouteComponent(() => import('./scenes/vouchers/Vouchers'), 'Vouchers'),
})
const tiers = createRoute({
  getParentRoute: () => shell,
  path: '/tiers',
  component: lazyRouteComponent(() => import('./scenes/tiers/Tiers'), 'Tiers'),
})
const badges = createRoute({
  getParentRoute: () => shell,
  path: '/badges',
  validateSearch: (search): { search?: string } => ({ search: text(search.search) }),
  component: lazyRouteComponent(() => import('./scenes/badges/Badges'), 'Badges'),
})
const consentTypes = createRoute({
  getParentRoute: () => shell,
  path: '/consent-types',
  component: lazyRouteComponent(() => import('./scenes/consent-types/ConsentTypes'), 'ConsentTypes'),
})
const rewardCategories = createRoute({
  getParentRoute: () => shell,
  path: '/reward-categories',
  validateSearch: (search): { search?: string } => ({ search: text(search.search) }),
  component: lazyRouteComponent(() => import('./scenes/reward-categories/RewardCategories'), 'RewardCategories'),
})
const codePools = createRoute({
  getParentRoute: () => shell,
  path: '/code-pools',
  validateSearch: (search): { search?: string } => ({ search: text(search.search) }),
  component: lazyRouteComponent(() => import('./scenes/code-pools/CodePools'), 'CodePools'),
})
const codePool = createRoute({
  getParentRoute: () => shell,
  path: '/code-pools/$poolId',
  component: lazyRouteComponent(() => import('./scenes/code-pools/CodePoolPage'), 'CodePoolPage'),
})
const audiences = createRoute({
  getParentRoute: () => shell,
  path: '/audiences',
  validateSearch: (search): { search?: string } => ({ search: text(search.search) }),
  component: lazyRouteComponent(() => import('./scenes/audiences/Audiences'), 'Audiences'),
})
const audience = createRoute({
  getParentRoute: () => shell,
  path: '/audiences/$audienceId',
  component: lazyRouteComponent(() => import('./scenes/audiences/AudiencePage'), 'AudiencePage'),
})
const rewards = createRoute({
  getParentRoute: () => shell,
  path: '/rewards',
  validateSearch: (search): { search?: string } => ({ search: text(search.search) }),
  component: lazyRouteComponent(() => import('./scenes/rewards/Rewards'), 'Rewards'),
})
const reward = createRoute({
  getParentRoute: () => shell,
  path: '/rewards/$rewardId',
  component: lazyRouteComponent(() => import('./scenes/rewards/RewardPage'), 'RewardPage'),
})
const adjustments = createRoute({
  getParentRoute: () => shell,
  path: '/adjustments',
  validateSearch: (search): { status?: string } => ({ status: text(search.status) }),
  component: lazyRouteComponent(() => import('./scenes/adjustments/Adjustments'), 'Adjustments'),
})
const campaigns = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns',
  validateSearch: (search): { search?: string } => ({ search: text(search.search) }),
  component: lazyRouteComponent(() => import('./scenes/campaigns/Campaigns'), 'Campaigns'),
})
const campaign = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId',
  component: lazyRouteComponent(() => import('./scenes/campaigns/CampaignPage'), 'CampaignPage'),
})
const referrals = createRoute({
  getParentRoute: () => shell,
  path: '/referrals',
  validateSearch: (search): { status?: string; campaign?: string } => ({ status: text(search.status), campaign: text(search.campaign) }),
  component: lazyRouteComponent(() => import('./scenes/referrals/Referrals'), 'Referrals'),
})
const venues = createRoute({
  getParentRoute: () => shell,
  path: '/venues',
  validateSearch: (search): { search?: string } => ({ search: text(search.search) }),
  component: lazyRouteComponent(() => import('./scenes/venues/Venues'), 'Venues'),
})
const alerts = createRoute({
  getParentRoute: () => shell,
  path: '/alerts',
  validateSearch: (search): { status?: string; kind?: string } => ({ status: text(search.status), kind: text(search.kind) }),
  component: lazyRouteComponent(() => import('./scenes/alerts/Alerts'), 'Alerts'),
})
const standing = [adjustments, tiers, badges, audiences, audience, consentTypes, campaigns, campaign, referrals] as const
const catalogue = [rewards, reward, rewardCategories, codePools, codePool, vouchers, venues] as const

const pages = shell.addChildren([
  settingsPages,
  integrity,
  jobs,
  alerts,
  home,
  events,
  event,
  users,
  user,
  eventTypes,
  newEventType,
  eventType,
  changeEventType,
  reactors,
  reactor,
  newReactor,
  changeReactor,
  backtest,
  policies,
  counters,
  ...standing,
  ...catalogue,
])
const tree = root.addChildren([signIn, setPassword, fromProvider, pages])

// In the address a text is a text: `?search=0012` is no number, and `?from=2026-01-01` needs no quotes.
const readSearch = (search: string) => Object.fromEntries(new URLSearchParams(search))
const writeSearch = (search: Record<string, unknown>) => {
  const set = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  const query = new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString()
  return query ? `?${query}` : ''
}

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: '/console',
    context: { queries },
    parseSearch: readSearch,
    stringifySearch: writeSearch,
    // Its <style> and inline script would need exceptions in the content security policy.
    scrollRestoration: false,
    defaultPreload: 'intent',
    defaultPendingMs: 150,
    defaultPendingComponent: PageSkeleton,
  })
}

export type Router = AnyRouter
