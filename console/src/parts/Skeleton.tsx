// What stands for a page while its code or its first answer comes: no spinner, and nothing that jumps.

import { Skeleton, Stack } from '@mantine/core'
import { useEffect, useState } from 'react'
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

const PATIENCE_MS = 150

/** A drawer or a dialog whose code is on its way; nothing at first, for mostly it is there at once. */
export function PanelSkeleton({ side = 'middle' }: { side?: 'middle' | 'right' }) {
  const [isLate, setIsLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  return isLate ? (
    <div className="pc-panel" data-side={side}>
      <Rows count={5} height={40} />
    </div>
  ) : null
}

/** The frame and a page in it, before it is known who has signed in. */
export function FrameSkeleton() {
  return (
    <>
      <div className="pc-header">
        <Skeleton height={24} width={120} />
      </div>
      <div className="pc-frame">
        <div className="pc-nav">
          <Stack gap="md">
            {Array.from({ length: 10 }, (_, row) => (
              <Skeleton key={row} height={20} />
            ))}
          </Stack>
        </div>
        <main className="pc-main" id="main">
          <PageSkeleton />
        </main>
      </div>
    </>
  )
}
