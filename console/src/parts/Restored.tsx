// Says that what stands in an editor was begun before, and offers to begin anew.

import { Alert, Button, Group } from '@mantine/core'
import { parts } from '#words/parts'
import type { useDraft } from './drafts'

export function Restored<T extends object>({ kept }: { kept: ReturnType<typeof useDraft<T>> }) {
  if (!kept.isRestored || !kept.isChanged) return null
  return (
    <Alert color="blue" variant="light" role="status">
      <Group gap="sm">
        {parts.restored}
        <Button size="compact-xs" variant="default" onClick={kept.discard}>
          {parts.discard}
        </Button>
      </Group>
    </Alert>
  )
}
