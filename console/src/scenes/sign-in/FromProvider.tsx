// Where the sign-in provider sends the browser back to, with a code that is good once.

import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { signIn as words } from '#words/sign-in'
import { signInByProvider, takeReturn } from '../../api/signIn'
import { Rows } from '../../parts/notices'
import { Door, Gate } from './Door'

// Once, however often the page is drawn.
let trading: Promise<void> | undefined

export function FromProvider() {
  const { code, state } = useSearch({ strict: false }) as { code?: string; state?: string }
  const router = useRouter()
  const [failure, setFailure] = useState<unknown>()

  useEffect(() => {
    if (code && state) trading ??= signInByProvider(code, state)
    // Out of the address and the history at once.
    history.replaceState(history.state, '', location.pathname)
    trading?.then(() => router.history.replace(`/console${takeReturn()}`), setFailure)
  }, [])

  if (trading && !failure)
    return (
      <Gate title={words.busy}>
        <Rows count={3} />
      </Gate>
    )
  return <Door title={words.title} failure={failure} />
}
