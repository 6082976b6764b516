// What is shown to whom the server does not know.

import { Button, Code, Divider, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState, type FormEvent, type ReactNode } from 'react'
import { signIn as words } from '#words/sign-in'
import { asProblem } from '../../api/problem'
import { leaveForProvider, restore, signIn, signInByPassword, tokenIn, waysIn } from '../../api/signIn'
import { ErrorNotice } from '../../parts/notices'

export function Door({ title, failure }: { title: string; failure?: unknown }) {
  return (
    <Gate title={title}>
      <WaysIn failure={failure} />
    </Gate>
  )
}

/** The frame of a page that is there for whoever has not signed in. */
export function Gate({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Punchcard`
  }, [title])
  return (
    <main className="pc-door" id="main">
      <Paper withBorder p="xl">
        <Stack>
          <Title order={1} size="h3">
            {title}
          </Title>
          {children}
        </Stack>
      </Paper>
    </main>
  )
}

/** The ways to sign in; notices when somebody has signed in in another tab. */
export function WaysIn({ failure: given }: { failure?: unknown }) {
  const [byLink, setByLink] = useState(false)
  const [failure, setFailure] = useState(given)
  const [isBusy, setIsBusy] = useState(false)
  const { data: ways } = useQuery({ queryKey: ['ways in'], queryFn: waysIn, staleTime: Infinity })

  useEffect(() => {
    setFailure(given)
    // Whoever came by a link is told how to get another.
    if (given && asProblem(given).code === 'sign_in_link_unusable') setByLink(true)
  }, [given])
  useEffect(() => {
    const look = () => void restore().catch(() => undefined)
    window.addEventListener('focus', look)
    return () => window.removeEventListener('focus', look)
  }, [])

  const enter = async (way: Promise<void>) => {
    setIsBusy(true)
    setFailure(undefined)
    await way.catch(setFailure)
    setIsBusy(false)
  }
  return (
    <Stack>
      {failure ? <ErrorNotice error={failure} /> : null}
      {ways?.oidc && (
        <>
          <Button variant="default" onClick={() => void enter(leaveForProvider())}>
            {words.byProvider(ways.oidc)}
          </Button>
          <Divider />
        </>
      )}
      {byLink ? <LinkForm isBusy={isBusy} enter={enter} /> : <PasswordForm isBusy={isBusy} enter={enter} />}
      <Button variant="subtle" size="xs" onClick={() => (setByLink(!byLink), setFailure(undefined))}>
        {byLink ? words.byPassword : words.byLink}
      </Button>
    </Stack>
  )
}

type Form = { isBusy: boolean; enter: (way: Promise<void>) => Promise<void> }

function PasswordForm({ isBusy, enter }: Form) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [programme, setProgramme] = useState('')
  const send = (event: FormEvent) => {
    event.preventDefault()
    void enter(signInByPassword(email.trim(), password, programme.trim() || undefined))
  }
  return (
    <form onSubmit={send}>
      <Stack>
        <TextInput
          label={words.email}
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={words.password}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <details className="pc-details">
          <summary>{words.several}</summary>
          <TextInput
            mt="xs"
            label={words.programme}
            description={words.programmeAbout}
            autoComplete="off"
            spellCheck={false}
            value={programme}
            onChange={(event) => setProgramme(event.currentTarget.value)}
          />
        </details>
        <Button type="submit" loading={isBusy} disabled={!email.trim() || !password}>
          {words.enter}
        </Button>
      </Stack>
    </form>
  )
}

function LinkForm({ isBusy, enter }: Form) {
  const [pasted, setPasted] = useState('')
  const send = (event: FormEvent) => {
    event.preventDefault()
    void enter(signIn(tokenIn(pasted)))
  }
  return (
    <form onSubmit={send}>
      <Stack>
        <Text size="sm" component="div">
          {words.linkWhere}
          <Code block mt={8}>
            {words.linkCommand}
          </Code>
        </Text>
        <TextInput
          label={words.link}
          description={words.linkAbout}
          autoComplete="off"
          spellCheck={false}
          value={pasted}
          onChange={(event) => setPasted(event.currentTarget.value)}
        />
        <Button type="submit" loading={isBusy} disabled={!pasted.trim()}>
          {words.useLink}
        </Button>
      </Stack>
    </form>
  )
}
