// The stretches of time for which the server counts, and how the places on their axes are named.

import { dayOf, shown } from './time'

export const PERIODS = ['24h', '7d', '30d', '90d'] as const
export type Period = (typeof PERIODS)[number]

export const periodOf = (text: string | undefined, otherwise: Period): Period => PERIODS.find((one) => one === text) ?? otherwise

/** `11-27 04:00` for an hour and `2026-11-27` for a day, in the programme's zone. */
export function bucketName(start: string, unit: string, zone: string): string {
  return unit === 'HOUR' ? shown(start, zone).slice(5, 16) : dayOf(start, zone)
}
