// Reactors of an event's type that have no verdict on it, and what is known of why.

import { event as words } from '#words/event'
import type { EventView, ReactorExplanationView, ReactorView } from '../../api/queries'

export type Unasked = { id: string; name: string; why: string }

const { unasked } = words.why

/** A verdict stands for each reactor that was live then; what the others are now tells mostly why they were not. */
export function unaskedOf(event: EventView, typeId: string | undefined, asked: ReactorExplanationView[], all: ReactorView[]): Unasked[] {
  const known = new Set(asked.map(({ id }) => id))
  return all
    .filter((one) => one.eventType.id === typeId && !known.has(one.id))
    .map((one) => ({ id: one.id, name: one.name, why: whyOf(event, one) }))
}

function whyOf(event: EventView, reactor: ReactorView): string {
  if (Date.parse(reactor.createdAt) > Date.parse(event.reportedAt)) return unasked.later
  if (reactor.state === 'DRAFT') return unasked.draft
  if (reactor.state === 'PAUSED') return unasked.paused
  if (reactor.state === 'ENDED') return unasked.ended
  return unasked.then
}
