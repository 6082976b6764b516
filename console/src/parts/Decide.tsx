// Yes or no to what waits: two buttons, and a question before either.

import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { OnceHeaders } from '../api/once'
import { Confirm } from './Confirm'
import { notify } from './notify'

export type Way = {
  /** What the button says, and the one that confirms. */
  action: string
  title: string
  means: string
  done: string
  /** Does it. Throws: Problem. */
  send: (headers: OnceHeaders) => Promise<unknown>
}

/** `yes` and `no` are there where they may be taken; `onDone` reads again what has changed. */
export function Decide({ yes, no, onDone }: { yes?: Way; no?: Way; onDone: () => void }) {
  const [asked, setAsked] = useState<'yes' | 'no'>()
  const way = asked === 'yes' ? yes : asked === 'no' ? no : undefined
  const close = () => setAsked(undefined)
  const decide = async (headers: OnceHeaders) => {
    await way!.send(headers)
    notify(way!.done)
    close()
    onDone()
  }
  return (
    <Group gap={4}>
      {yes && (
        <Button size="compact-xs" onClick={() => setAsked('yes')}>
          {yes.action}
        </Button>
      )}
      {no && (
        <Button size="compact-xs" variant="default" onClick={() => setAsked('no')}>
          {no.action}
        </Button>
      )}
      {way && (
        <Confirm title={way.title} action={way.action} onConfirm={decide} onClose={close}>
          {way.means}
        </Confirm>
      )}
    </Group>
  )
}
