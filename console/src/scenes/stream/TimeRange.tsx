// A range of time, asked for in a dialog.

import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { stream } from '#words/stream'
import { useSession } from '../../api/session'
import { Dialog } from '../../parts/Dialog'
import { shown } from '../../parts/time'
import { DateTimeField } from '../../schema-form/DateTimeField'
import { timeOf } from './conditions'
import type { Condition } from './query'
import { quoted } from './quoted'

const words = stream.time

type Props = { times: Condition[]; onClose: () => void; onApply: (written: string) => void }

export default function TimeRange({ times, onClose, onApply }: Props) {
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
