// What is shown to whom the server does not know.

import { Button, Code, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useEffect, useState, type FormEvent } from 'react'
import { restore, signIn, tokenIn } from '../../api/signIn'
import { ErrorNotice } from '../../parts/notices'

export function Door({ title, failure }: { title: string; failure?: unknown }) {
  useEffect(() => {
    document.title = `${title} · Punchcard`
  }, [title])
  return (
    <main className="pc-door">
      <Paper withBorder p="xl">
        <Stack>
          <Title order={1} size="h3">
            {title}
          </Title>
          <LinkForm failure={failure} />
        </Stack>
      </Paper>
    </main>
  )
}

/** Takes a sign-in link, and notices when somebody has signed in in another tab. */
export function LinkForm({ failure: given }: { failure?: unknown }) {
  const [pasted, setPasted] = useState('')
  const [failure, setFailure] = useState(given)
  const [isBusy, setIsBusy] = useState(false)

  useEffect(() => setFailure(given), [given])
  useEffect(() => {
    const look = () => void restore().catch(() => undefined)
    window.addEventListener('focus', look)
    return () => window.removeEventListener('focus', look)
  }, [])

  const send = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setFailure(undefined)
    await signIn(tokenIn(pasted)).catch(setFailure)
    setIsBusy(false)
  }
  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack>
        {failure ? <ErrorNotice error={failure} /> : null}
        <Text size="sm" component="div">
          Signing in takes a link that works once, for 15 minutes. Where the server runs, this prints one:
          <Code block mt={8}>
            punchcard console link
          </Code>
        </Text>
        <TextInput
          label="Sign-in link"
          description="Open the link, or paste it here."
          autoComplete="off"
          spellCheck={false}
          value={pasted}
          onChange={(event) => setPasted(event.currentTarget.value)}
        />
        <Button type="submit" loading={isBusy} disabled={!pasted.trim()}>
          Sign in
        </Button>
      </Stack>
    </form>
  )
}
