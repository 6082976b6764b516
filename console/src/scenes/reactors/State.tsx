import { Badge } from '@mantine/core'
import { called, enums } from '#words/enums'

const COLOURS: Record<string, string> = { LIVE: 'green', SCHEDULED: 'blue', PAUSED: 'orange' }

export function State({ state }: { state: string }) {
  return (
    <Badge size="sm" variant="light" color={COLOURS[state] ?? 'gray'}>
      {called(enums.reactorState, state)}
    </Badge>
  )
}
