import { Badge } from '@mantine/core'

const COLOURS: Record<string, string> = { LIVE: 'green', SCHEDULED: 'blue', PAUSED: 'orange' }

export function State({ state }: { state: string }) {
  return (
    <Badge size="sm" variant="light" color={COLOURS[state] ?? 'gray'}>
      {state.toLowerCase()}
    </Badge>
  )
}
