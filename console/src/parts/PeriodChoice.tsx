// The period that a page counts for: it stands in the address, and is chosen above what was counted.

import { SegmentedControl } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { periods as words } from '#words/periods'
import { periodOf, PERIODS, type Period } from './periods'

/** The period that the address names, and how it is changed. */
export function usePeriod(otherwise: Period): [Period, (period: string) => void] {
  const { period } = useSearch({ strict: false }) as { period?: string }
  const navigate = useNavigate()
  const set = (chosen: string) => void navigate({ to: '.', search: (before: object) => ({ ...before, period: chosen }), replace: true })
  return [periodOf(period, otherwise), set]
}

export function PeriodChoice({ period, onPeriod }: { period: Period; onPeriod: (period: string) => void }) {
  return (
    <SegmentedControl
      aria-label={words.period}
      className="pc-start"
      size="xs"
      data={PERIODS.map((one) => ({ value: one, label: words.periods[one] }))}
      value={period}
      onChange={onPeriod}
    />
  )
}
