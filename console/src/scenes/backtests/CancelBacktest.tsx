import { useQueryClient } from '@tanstack/react-query'
import { backtests as words } from '#words/backtests'
import { call } from '../../api/client'
import { cancelJob } from '../../api/generated/sdk.gen'
import type { OnceHeaders } from '../../api/once'
import { Confirm } from '../../parts/Confirm'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'

/** The word to stop a test on past events. */
export function CancelBacktest({ id, size }: { id: string; size: 'xs' | 'compact-xs' }) {
  const queries = useQueryClient()
  const cancel = async (headers: OnceHeaders, close: () => void) => {
    await call((to) => cancelJob({ ...to, path: { id }, headers }))
    close()
    notify(words.cancelled)
    await Promise.all([['backtest', id], ['backtests'], ['jobs']].map((queryKey) => queries.invalidateQueries({ queryKey })))
  }
  return (
    <OpenButton name="cancel" of={id} size={size} label={words.cancel}>
      {(close) => (
        <Confirm title={words.cancelTitle} action={words.cancel} onConfirm={(headers) => cancel(headers, close)} onClose={close}>
          {words.cancelMeans}
        </Confirm>
      )}
    </OpenButton>
  )
}
