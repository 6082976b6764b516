// Where a link leads that sets a password. The token stands behind the #, which no browser sends and no server logs.

import { Button, PasswordInput, Stack, Text } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useState, type FormEvent } from 'react'
import { setPassword as words, signIn } from '#words/sign-in'
import { asProblem } from '../../api/problem'
import { setPasswordBy, tokenIn } from '../../api/signIn'
import { ErrorNotice } from '../../parts/notices'
import { Gate } from './Door'

export function SetPassword() {
  const [token, setToken] = useState('')
  const [password, setPassword] = useState('')
  const [repeated, setRepeated] = useState('')
  const [failure, setFailure] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const navigate = useNavigate()
  useEffect(() => {
    const read = () => {
      if (!location.hash) return
      setToken(tokenIn(location.hash))
      // Taken out of the address and the history at once.
      history.replaceState(history.state, '', location.pathname)
    }
    read()
    window.addEventListener('hashchange', read)
    return () => window.removeEventListener('hashchange', read)
  }, [])

  const send = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setFailure(undefined)
    try {
      await setPasswordBy(token, password)
      await navigate({ to: '/', search: {}, replace: true })
    } catch (error) {
      setFailure(error)
    }
    setIsBusy(false)
  }
  const problem = failure ? asProblem(failure) : undefined
  const fault = problem?.at('/password')['']?.join(' ')
  const differ = repeated !== '' && password !== repeated
  if (!token)
    return (
      <Gate title={words.title}>
        <Text size="sm">{words.noToken}</Text>
        <Link to="/">{signIn.back}</Link>
      </Gate>
    )
  return (
    <Gate title={words.title}>
      <form onSubmit={(event) => void send(event)}>
        <Stack>
          {problem && !fault ? <ErrorNotice error={problem} /> : null}
          <PasswordInput
            label={words.password}
            description={words.about}
            autoComplete="new-password"
            error={fault}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <PasswordInput
            label={words.repeated}
            autoComplete="new-password"
            error={differ ? words.differ : undefined}
            value={repeated}
            onChange={(event) => setRepeated(event.currentTarget.value)}
          />
          <Button type="submit" loading={isBusy} disabled={!password || password !== repeated}>
            {words.action}
          </Button>
        </Stack>
      </form>
    </Gate>
  )
}
