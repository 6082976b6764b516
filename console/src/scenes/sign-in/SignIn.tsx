// Where a sign-in link leads. The token stands behind the #, which no browser sends and no server logs.

import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { signIn as words } from '#words/sign-in'
import { useSessionState } from '../../api/session'
import { signIn, tokenIn } from '../../api/signIn'
import { Rows } from '../../parts/notices'
import { Door, Gate } from './Door'

// Read once, and taken out of the address and the history at once.
const token = tokenIn(location.hash)
if (token && location.pathname.endsWith('/sign-in')) history.replaceState(history.state, '', location.pathname)

export function SignIn() {
  const navigate = useNavigate()
  const state = useSessionState()
  const [failure, setFailure] = useState<unknown>()

  useEffect(() => {
    if (token && state.phase !== 'in') signIn(token).catch(setFailure)
  }, [])
  useEffect(() => {
    if (state.phase === 'in') void navigate({ to: '/', search: {}, replace: true })
  }, [state.phase, navigate])

  if (token && !failure)
    return (
      <Gate title={words.busy}>
        <Rows count={3} />
      </Gate>
    )
  return <Door title={words.title} failure={failure} />
}
