// The time of the reports that are shown: a few usual ones, or a range of one's own. It is a part of the query.

import { NativeSelect } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { stream } from '#words/stream'
import { useOpened } from '../../parts/inFront'
import { PanelSkeleton } from '../../parts/Skeleton'
import { withInstead, type Condition } from './query'

const TimeRange = lazy(() => import('./TimeRange'))

const words = stream.time
const USUAL = { '1h': words.hour, '1d': words.day, '7d': words.week } as const

type Props = { q: string; conditions: Condition[]; onSearch: (q: string) => void }

export function TimeChoice({ q, conditions, onSearch }: Props) {
  const range = useOpened('times')
  const times = conditions.filter(({ kind }) => kind === 'reported')
  const only = times.length === 1 && times[0]!.operator === '>=' ? times[0]!.value : undefined
  const value = times.length === 0 ? '' : only && only in USUAL ? only : 'custom'
  const set = (written: string) => onSearch(withInstead(q, ['reported'], written))
  return (
    <>
      <NativeSelect
        aria-label={words.label}
        value={value}
        data={[
          { value: '', label: words.any },
          ...Object.entries(USUAL).map(([value, label]) => ({ value, label })),
          { value: 'custom', label: words.custom },
          // What is chosen already is not chosen again.
          ...(value === 'custom' ? [{ value: 'another', label: words.another }] : []),
        ]}
        onChange={(event) => {
          const chosen = event.currentTarget.value
          if (chosen === 'custom' || chosen === 'another') range.open()
          else set(chosen && `after:${chosen}`)
        }}
      />
      {range.isOpen && (
        <Suspense fallback={<PanelSkeleton />}>
          <TimeRange
            times={times}
            onClose={range.close}
            onApply={set}
          />
        </Suspense>
      )}
    </>
  )
}
