// What stands for a page while its code or its first answer comes: no spinner, and nothing that jumps.

import { Skeleton, Stack } from '@mantine/core'
import { parts } from '#words/parts'
import { Rows } from './notices'

/** A page whose code is on its way. */
export function PageSkeleton() {
  return (
    <Stack gap="md" className="pc-page">
      <Skeleton height={32} width="min(280px, 60%)" />
      <Rows />
    </Stack>
  )
}

/** A block of a known height: a chart, an editor. */
export function BlockSkeleton({ height }: { height: number }) {
  return (
    <div role="status" aria-busy="true">
      <span className="pc-offscreen">{parts.loading}</span>
      <Skeleton height={height} />
    </div>
  )
}
