// That an event was undone: how far, by which events, and what that came to.

import { Alert } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { event as words } from '#words/event'
import type { EventView } from '../../api/queries'
import { Time } from '../../parts/values'

const { reversals } = words

/** The share of the event, in millionths, that is left to be undone. */
export function shareLeft({ reversals: made }: EventView): number {
  return 1_000_000 - Math.max(0, ...(made ?? []).map((one) => millionthsOf(String(one.shareInAll))))
}

export const millionthsOf = (share: string) => Math.round(Number(share) * 1_000_000)

/** `0.25` is `25 %`. */
export const percentOf = (millionths: number) => `${millionths / 10_000} %`

export function Reversals({ event }: { event: EventView }) {
  const made = event.reversals ?? []
  if (made.length === 0) return null
  const left = shareLeft(event)
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconArrowBackUp />}
      title={left === 0 ? reversals.whole : reversals.part(percentOf(1_000_000 - left))}
    >
      <ul className="pc-faults">
        {made.map((one) => (
          <li key={one.eventId}>
            {percentOf(millionthsOf(String(one.share)))} {reversals.at} <Time value={one.reversedAt} />:{' '}
            {reversals.sums(one.takenBack, one.givenBack)}.{' '}
            <Link to="/events/$eventId" params={{ eventId: one.eventId }} search={{}}>
              {reversals.open}
            </Link>
          </li>
        ))}
      </ul>
    </Alert>
  )
}
