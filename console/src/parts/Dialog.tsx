// What stands in front of the page: the page behind it takes no focus, and has it back afterwards.

import { Modal } from '@mantine/core'
import { useLayoutEffect, type ReactNode } from 'react'
import { parts } from '#words/parts'

let covers = 0

/** Takes the page out of reach while the caller is shown. */
export function useCover(): void {
  useLayoutEffect(() => {
    const opener = document.activeElement
    const cover = (change: number) => {
      covers += change
      const page = document.getElementById('shell')
      page?.toggleAttribute('inert', covers > 0)
      if (covers > 0) page?.setAttribute('aria-hidden', 'true')
      else page?.removeAttribute('aria-hidden')
      // In place of Mantine's own lock, which writes a <style> element.
      document.documentElement.toggleAttribute('data-locked', covers > 0)
    }
    cover(1)
    return () => {
      cover(-1)
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
}

type Props = { title: string; onClose?: () => void; size?: 'md' | 'lg' | 'xl'; children: ReactNode }

/** A dialog. Without `onClose` there is no way but through it. */
export function Dialog({ title, onClose, size, children }: Props) {
  useCover()
  return (
    <Modal
      opened
      onClose={onClose ?? (() => undefined)}
      title={title}
      centered
      size={size}
      lockScroll={false}
      returnFocus={false}
      withCloseButton={onClose !== undefined}
      closeOnEscape={onClose !== undefined}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': parts.close }}
      zIndex={onClose ? undefined : 350}
    >
      {children}
    </Modal>
  )
}
