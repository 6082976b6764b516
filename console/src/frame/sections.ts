// Where one can go, as data. An entry lands with its page: what is not there is not offered.

import {
  IconAbacus,
  IconActivity,
  IconAdjustments,
  IconAlertTriangle,
  IconBarcode,
  IconBolt,
  IconCategory,
  IconChartLine,
  IconChecklist,
  IconFileDescription,
  IconGift,
  IconHourglass,
  IconMapPin,
  IconMedal,
  IconProgress,
  IconSettings,
  IconShare,
  IconShieldCheck,
  IconStairsUp,
  IconTicket,
  IconUserPlus,
  IconUsers,
  IconUsersGroup,
  type Icon,
} from '@tabler/icons-react'
import type { LinkProps } from '@tanstack/react-router'
import { frame } from '#words/frame'
import { VIEWERS, type Role } from '../parts/roles'

type Path = Extract<LinkProps['to'], `/${string}`>

export type Place = {
  /** A page's address without parameters. */
  to: Exclude<Path, `${string}$${string}`>
  name: string
  icon: Icon
  /** The letter that leads there after `g`, no two the same. */
  key?: string
  /** Who may go there; without it, everybody who has signed in. */
  roles?: readonly Role[]
}
export type Section = { name?: string; places: Place[] }

const { sections, pages } = frame

// The order of the sections: overview (no name), events, members, rewards, programme, system.
export const SECTIONS: Section[] = [
  {
    places: [{ to: '/', name: pages.overview, icon: IconChartLine, key: 'o', roles: ['OWNER', 'MANAGER', 'SUPPORT', 'VIEWER'] }],
  },
  {
    name: sections.events,
    places: [
      { to: '/events', name: pages.stream, icon: IconActivity, key: 'e' },
      { to: '/event-types', name: pages.eventTypes, icon: IconFileDescription, key: 't' },
      { to: '/reactors', name: pages.reactors, icon: IconBolt, key: 'r' },
      { to: '/counters', name: pages.counters, icon: IconAbacus },
      { to: '/points-policies', name: pages.policies, icon: IconHourglass },
    ],
  },
  {
    name: sections.members,
    places: [
      { to: '/users', name: pages.users, icon: IconUsers, key: 'u' },
      { to: '/adjustments', name: pages.adjustments, icon: IconAdjustments, roles: VIEWERS },
      { to: '/tiers', name: pages.tiers, icon: IconStairsUp },
      { to: '/badges', name: pages.badges, icon: IconMedal },
      { to: '/audiences', name: pages.audiences, icon: IconUsersGroup, key: 'a', roles: VIEWERS },
      { to: '/consent-types', name: pages.consents, icon: IconChecklist },
      { to: '/campaigns', name: pages.campaigns, icon: IconShare, roles: VIEWERS },
      { to: '/referrals', name: pages.referrals, icon: IconUserPlus, roles: VIEWERS },
    ],
  },
  {
    name: sections.rewards,
    places: [
      { to: '/rewards', name: pages.rewards, icon: IconGift, key: 'w' },
      { to: '/reward-categories', name: pages.categories, icon: IconCategory },
      { to: '/code-pools', name: pages.codePools, icon: IconBarcode, roles: VIEWERS },
      { to: '/vouchers', name: pages.vouchers, icon: IconTicket, key: 'v' },
      { to: '/venues', name: pages.venues, icon: IconMapPin },
    ],
  },
  {
    name: sections.system,
    places: [
      { to: '/alerts', name: pages.alerts, icon: IconAlertTriangle, roles: VIEWERS },
      { to: '/integrity', name: pages.integrity, icon: IconShieldCheck, key: 'i' },
      { to: '/jobs', name: pages.jobs, icon: IconProgress, key: 'j' },
      { to: '/settings', name: pages.settings, icon: IconSettings, key: 's' },
    ],
  },
]
