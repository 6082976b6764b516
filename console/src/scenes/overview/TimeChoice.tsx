// By which of both times is counted: it stands in the address, as the period does.

import { SegmentedControl } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { overview as words } from '#words/overview'
import type { GetStatisticsData } from '../../api/generated/types.gen'

export type Time = NonNullable<NonNullable<GetStatisticsData['query']>['time']>

const TIMES: Time[] = ['occurred', 'reported']

export const timeOf = (text: string | undefined): Time => TIMES.find((one) => one === text) ?? 'occurred'

/** The time that the address names, and how it is changed. */
export function useTime(): [Time, (time: string) => void] {
  const { time } = useSearch({ strict: false }) as { time?: string }
  const navigate = useNavigate()
  const set = (chosen: string) => void navigate({ to: '.', search: (before: object) => ({ ...before, time: chosen }), replace: true })
  return [timeOf(time), set]
}

export function TimeChoice({ time, onTime }: { time: Time; onTime: (time: string) => void }) {
  return (
    <SegmentedControl
      aria-label={words.countedBy}
      className="pc-start"
      size="xs"
      data={TIMES.map((one) => ({ value: one, label: words.told[one].choice }))}
      value={time}
      onChange={onTime}
    />
  )
}
