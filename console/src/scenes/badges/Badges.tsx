// What members earn beside points.

import { Badge } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { BadgeView } from '../../api/generated/types.gen'
import { Collection } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import type { Field } from '../../parts/editor'
import { localesField } from '../../parts/fields'
import { useOpened } from '../../parts/inFront'
import { OpenButton } from '../../parts/OpenButton'
import { PanelSkeleton } from '../../parts/Skeleton'
import { badges } from '#words/badges'
import { called, enums } from '#words/enums'

const Holders = lazy(() => import('./Holders'))

function useFields(row: BadgeView | undefined): Field[] {
  const fields: Field[] = [
    { kind: 'text', at: '/internalName', label: badges.internalName, required: true },
    { kind: 'number', at: '/priority', label: badges.priority, hint: badges.priorityHint },
    { kind: 'text', at: '/internalDescription', label: badges.internalDescription, lines: 2 },
    localesField(
      '/details',
      badges.texts,
      [
        { name: 'name', label: badges.textName },
        { name: 'description', label: badges.textDescription, lines: 2 },
        { name: 'artworkUrl', label: badges.textArtwork },
      ],
      'list',
    ),
  ]
  const states = Object.entries(badges.states).map(([value, label]) => ({ value, label }))
  if (row) fields.push({ kind: 'choice', at: '/status', label: badges.state, options: states, required: true })
  return fields
}

export const BADGES: Noun<BadgeView> = {
  key: 'badges',
  words: badges,
  nameOf: (badge) => badge.internalName,
  page: (query, signal) => call((to) => api.listBadges({ ...to, query }), signal),
  one: async (id, signal) => (await call((to) => api.getBadge({ ...to, path: { id } }), signal)).data,
  columns: [
    { name: badges.shownAs, cell: (badge) => badge.name },
    {
      name: badges.state,
      cell: (badge) => (
        <Badge variant="light" color={badge.status === 'ACTIVE' ? 'green' : 'gray'}>
          {called(enums.badgeStatus, badge.status)}
        </Badge>
      ),
    },
    { name: badges.priority, isNumber: true, cell: (badge) => badge.priority },
    { name: badges.holders, cell: (badge) => <ShowHolders badge={badge} /> },
  ],
  useFields,
  create: async (body, headers) => (await call((to) => api.createBadge({ ...to, body, headers }))).data,
  change: (badge, body, headers) => call((to) => api.patchBadge({ ...to, path: { id: badge.id }, body, headers })),
  size: 'lg',
}

function ShowHolders({ badge }: { badge: BadgeView }) {
  const awarding = useOpened('award')
  return (
    <>
      <OpenButton name="holders" of={badge.id} size="compact-xs" label={badges.holders} about={badge.internalName}>
        {(close) => <Holders badge={badge} onClose={close} />}
      </OpenButton>
      <Suspense fallback={<PanelSkeleton />}>{awarding.of === badge.id && <Holders badge={badge} onClose={awarding.close} />}</Suspense>
    </>
  )
}

export function Badges() {
  return <Collection noun={BADGES} search={badges.search} />
}
