// What an event of the engine's own names by its id, with the way there.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { event as all } from '#words/event'
import { isObject, type JsonObject } from '../../api/exactJson'
import { eventTypesQuery, type EventView } from '../../api/queries'
import { Section } from '../../parts/Page'
import { Facts, UserLink } from '../../parts/values'

const words = all.named
type Way = (id: string, payload: JsonObject, event: EventView) => ReactNode

const member: Way = (id) => <UserLink id={id} />
const other: Way = (id) => (
  <Link to="/events/$eventId" params={{ eventId: id }} search={{}}>
    {words.open}
  </Link>
)
const called = (payload: JsonObject, name: string) => {
  const text = payload[name]
  return typeof text === 'string' && text !== '' ? text : undefined
}

const WAYS: Record<keyof typeof words.of, Way> = {
  rewardId: (id, payload) => (
    <Link to="/rewards/$rewardId" params={{ rewardId: id }} search={{}}>
      {called(payload, 'rewardName') ?? words.open}
    </Link>
  ),
  voucherId: (_, payload, event) => (
    <Link to="/vouchers" search={{ user: event.subject, reward: called(payload, 'rewardId') }}>
      {words.voucher}
    </Link>
  ),
  badgeId: (id, payload) => (
    <Link to="/badges" search={{ open: `holders:${id}` } as never}>
      {called(payload, 'badgeName') ?? words.open}
    </Link>
  ),
  tierId: (_, payload) => <Link to="/tiers">{called(payload, 'tierName') ?? words.open}</Link>,
  audienceId: (id, payload) => (
    <Link to="/audiences/$audienceId" params={{ audienceId: id }} search={{}}>
      {called(payload, 'audienceName') ?? words.open}
    </Link>
  ),
  campaignId: (id) => (
    <Link to="/campaigns/$campaignId" params={{ campaignId: id }} search={{}}>
      {words.open}
    </Link>
  ),
  refereeId: member,
  survivorId: member,
  mergedId: member,
  followedFrom: other,
  eventId: other,
}

export function Named({ event }: { event: EventView }) {
  const isOwn = useQuery(eventTypesQuery).data?.find((type) => type.name === event.type)?.isIntrinsic
  const { payload } = event
  if (!isOwn || !isObject(payload)) return null
  const items = (Object.keys(WAYS) as (keyof typeof WAYS)[]).flatMap((name): [string, ReactNode][] => {
    const id = payload[name]
    // What a reversal undoes is said of its origin already.
    if (name === 'eventId' && event.type === 'EVENT_REVERSED') return []
    return typeof id === 'string' ? [[words.of[name], <span key={name}>{WAYS[name](id, payload, event)}</span>]] : []
  })
  if (items.length === 0) return null
  return (
    <Section title={words.title}>
      <Facts items={items} />
    </Section>
  )
}
