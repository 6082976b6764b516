// Yes or no to what waits: two buttons, and a question before either.

import { Group } from '@mantine/core'
import type { OnceHeaders } from '../api/once'
import { Confirm } from './Confirm'
import { notify } from './notify'
import { OpenButton } from './OpenButton'

export type Way = {
  /** What the button says, and the one that confirms. */
  action: string
  title: string
  means: string
  done: string
  /** Does it. Throws: Problem. */
  send: (headers: OnceHeaders) => Promise<unknown>
}

/** `yes` and `no` are there where they may be taken; `of` is the id of what waits; `onDone` reads again what has changed. */
export function Decide({ of, yes, no, onDone }: { of: string; yes?: Way; no?: Way; onDone: () => void }) {
  const ask = (name: string, way: Way, variant: 'filled' | 'default') => (
    <OpenButton name={name} of={of} size="compact-xs" variant={variant} label={way.action}>
      {(close) => (
        <Confirm
          title={way.title}
          action={way.action}
          isHarmless={variant === 'filled'}
          onConfirm={async (headers) => {
            await way.send(headers)
            notify(way.done)
            close()
            onDone()
          }}
          onClose={close}
        >
          {way.means}
        </Confirm>
      )}
    </OpenButton>
  )
  return (
    <Group gap={4}>
      {yes && ask('yes', yes, 'filled')}
      {no && ask('no', no, 'default')}
    </Group>
  )
}
