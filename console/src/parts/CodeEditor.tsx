// A text that is code: JSON, whose mistakes are marked while it is written, or plain, such as an expression.

import { Input } from '@mantine/core'
import { lazy, Suspense, type ReactNode } from 'react'
import { BlockSkeleton } from './Skeleton'

const Editing = lazy(() => import('./CodeEditing'))

export type CodeEditorProps = {
  /** The text box's name. */
  label: string
  value: string
  /** Without it, the text is read and not written. */
  onChange?: (text: string) => void
  language?: 'json' | 'plain'
  description?: ReactNode
  error?: ReactNode
  /** What the server says of parts of a JSON text, by JSON pointer: marked where they stand. */
  faults?: { pointer: string; detail: string }[]
  /** Lines that are shown at least, and at most before it scrolls. */
  lines?: { min: number; max: number }
}

const LINE = 20

export function CodeEditor(props: CodeEditorProps) {
  const { label, description, error, lines = { min: 6, max: 24 } } = props
  return (
    <div className="pc-code-field">
      {/* The text box is in a tree of its own, where no label outside can name it: it says its name itself. */}
      <span className="pc-code-label" aria-hidden>
        {label}
      </span>
      {description && <Input.Description>{description}</Input.Description>}
      <Suspense fallback={<BlockSkeleton height={lines.min * LINE + 10} />}>
        <Editing {...props} lines={lines} />
      </Suspense>
      {error && (
        <Input.Error role="alert" mt={4}>
          {error}
        </Input.Error>
      )}
    </div>
  )
}
