// A button, and the dialog behind it, which has an address.

import { Button, type ButtonProps } from '@mantine/core'
import { Suspense, type ReactNode } from 'react'
import { useOpened } from './inFront'
import { PanelSkeleton } from './Skeleton'

type Props = Omit<ButtonProps, 'children'> & {
  /** How the address calls it. */
  name: string
  /** The id of what it is about, where there are several such buttons on the page. */
  of?: string
  label: string
  /** What the button is about, for those who hear it without its row. */
  about?: string
  'aria-label'?: string
  children: (close: () => void) => ReactNode
}

export function OpenButton({ name, of, label, about, children, ...look }: Props) {
  const opened = useOpened(name)
  return (
    <>
      <Button variant="default" {...look} onClick={() => opened.open(of)}>
        {label}
        {about && <span className="pc-offscreen"> {about}</span>}
      </Button>
      <Suspense fallback={<PanelSkeleton />}>{opened.isOpen && opened.of === of && children(opened.close)}</Suspense>
    </>
  )
}
