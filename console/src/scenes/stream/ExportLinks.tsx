import { Button, Group } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { stream } from '#words/stream'
import type { EventFilters } from '../../api/queries'
import { useMayDo } from '../../parts/roles'

const READERS = ['OWNER', 'MANAGER', 'SUPPORT', 'VIEWER'] as const

/** Everything that the filters let through, as files that the browser writes while they come. */
export function ExportLinks({ filters }: { filters: EventFilters }) {
  if (!useMayDo(READERS)) return null
  const query = new URLSearchParams(filters as Record<string, string>).toString()
  return (
    <Group gap={4} wrap="nowrap" role="group" aria-label={stream.export.button}>
      {(['csv', 'jsonl'] as const).map((kind) => (
        <Button
          key={kind}
          component="a"
          href={`/v1/events/export.${kind}${query && `?${query}`}`}
          download={`events.${kind}`}
          variant="default"
          title={stream.export.hint}
          aria-label={`${stream.export.button} ${stream.export[kind]}`}
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {stream.export[kind]}
        </Button>
      ))}
    </Group>
  )
}
