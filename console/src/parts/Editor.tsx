// Makes something new, or changes what is there, in a dialog: the same fields for both.

import { useState } from 'react'
import { collection } from '#words/collection'
import type { OnceHeaders } from '../api/once'
import { useSession } from '../api/session'
import { Dialog } from './Dialog'
import { DialogForm } from './DialogForm'
import { useDraft } from './drafts'
import { bodyOf, changesOf, draftOf, isIncomplete, unreadable, type Draft, type Field } from './editor'
import { EditorFields } from './EditorFields'
import { Restored } from './Restored'

export type Size = 'md' | 'lg' | 'xl'
type Props = {
  title: string
  fields: Field[]
  /** What is there already and is changed. */
  row?: object
  /** Under which name that is kept which somebody has begun to write and closes, or loads anew. */
  draftKey?: string
  /** What the button says. */
  action?: string
  size?: Size
  /** The button is there before everything that is required is: the server says what is missing. */
  mayBeIncomplete?: boolean
  /** Sends the body. Throws: Problem. */
  send: (body: object, headers: OnceHeaders) => Promise<void>
  onClose: () => void
  children?: React.ReactNode
}

export function Editor({ title, fields, row, draftKey, action, size = 'md', mayBeIncomplete, send, onClose, children }: Props) {
  const zone = useSession().tenant.timeZone
  const [before] = useState(() => draftOf(fields, row, zone))
  const kept = useDraft<Draft>(draftKey, before)
  const { draft } = kept
  const broken = unreadable(fields, draft, zone)
  const isBroken = Object.keys(broken).length > 0
  const body = isBroken ? {} : row ? changesOf(fields, before, draft, zone) : bodyOf(fields, draft, zone)
  const isSame = row !== undefined && Object.keys(body).length === 0
  const sendOnce = async (headers: OnceHeaders) => {
    // Before it is sent: whoever opens the same again at once is not to find what was sent.
    kept.forget()
    try {
      await send(body, headers)
    } catch (fault) {
      kept.keep()
      throw fault
    }
  }
  const cancel = () => {
    kept.forget()
    onClose()
  }
  return (
    <Dialog title={title} onClose={onClose} size={size}>
      <DialogForm
        action={action ?? (row ? collection.save : collection.create)}
        isIncomplete={isBroken || isSame || (!mayBeIncomplete && isIncomplete(fields, draft))}
        body={body}
        send={sendOnce}
        places={fields.filter((field) => !field.when || field.when(draft)).map((field) => field.at)}
        onClose={cancel}
      >
        {(faultAt) => (
          <>
            <Restored kept={kept} />
            {children}
            <EditorFields
              fields={fields}
              draft={draft}
              isThere={row !== undefined}
              onChange={(at, value) => kept.change((now) => ({ ...now, [at]: value }))}
              faultAt={(pointer) => broken[pointer] ?? faultAt(pointer)}
            />
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}
