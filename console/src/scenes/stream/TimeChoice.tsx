// The time of the reports that are shown: a few usual ones, or a range of one's own. It is a part of the query.

import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { stream } from '#words/stream'
import { useSession } from '../../api/session'
import { Dialog } from '../../parts/Dialog'
import { shown } from '../../parts/time'
import { DateTimeField } from '../../schema-form/DateTimeField'
import { timeOf } from './conditions'
import { withInstead, type Condition } from './query'
import { quoted } from './quoted'

const words = stream.time
const USUAL = { '1h': words.hour, '1d': words.day, '7d': words.week } as const

type Props = { q: string; conditions: Condition[]; onSearch: (q: string) => void }

export function TimeChoice({ q, conditions, onSearch }: Props) {
  const [isAsking, setIsAsking] = useState(false)
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
        ]}
        onChange={(event) => {
          const chosen = event.currentTarget.value
          if (chosen === 'custom') setIsAsking(true)
          else set(chosen && `after:${chosen}`)
        }}
      />
      {isAsking && (
        <Range
          times={times}
          onClose={() => setIsAsking(false)}
          onApply={(written) => {
            setIsAsking(false)
            set(written)
          }}
        />
      )}
    </>
  )
}

type RangeProps = { times: Condition[]; onClose: () => void; onApply: (written: string) => void }

function Range({ times, onClose, onApply }: RangeProps) {
  const zone = useSession().tenant.timeZone
  const start = (isFrom: boolean) => {
    const time = times.find(({ operator }) => (operator === '>=') === isFrom)
    try {
      return time && timeOf(time.value, Math.floor(Date.now() / 1_000) * 1_000, zone)
    } catch {
      return undefined
    }
  }
  const [from, setFrom] = useState(() => start(true))
  const [until, setUntil] = useState(() => start(false))
  const isReadable = [from, until].every((time) => time === undefined || !Number.isNaN(Date.parse(time)))
  const written = (key: string, time: string | undefined) => (time ? [`${key}:${quoted(shown(time, zone))}`] : [])
  return (
    <Dialog title={words.custom} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (isReadable) onApply([...written('after', from), ...written('before', until)].join(' '))
        }}
      >
        <Stack>
          <DateTimeField label={words.from} zone={zone} value={from} onChange={setFrom} />
          <DateTimeField label={words.until} zone={zone} value={until} onChange={setUntil} />
          <Text size="xs" c="dimmed">
            {words.zone(zone)}
          </Text>
          <Group justify="flex-end">
            <Button type="submit" disabled={!isReadable}>
              {words.apply}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
