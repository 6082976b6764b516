// Where one is signed in, and one's own password.

import { Badge, Button, Group, PasswordInput, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { sessions as words, settings } from '#words/system'
import { asProblem } from '../../api/problem'
import { left, useSession } from '../../api/session'
import { changePassword } from '../../api/signIn'
import { endAllSessions, endSession, sessionsQuery, type OwnSession } from '../../api/system'
import { Confirm } from '../../parts/Confirm'
import { Answered, ErrorNotice } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { Section } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'
import { Time } from '../../parts/values'
import { browserOf } from './browser'

export function Sessions() {
  const query = useQuery(sessionsQuery)
  const queries = useQueryClient()
  const { email } = useSession()
  const [failure, setFailure] = useState<unknown>()
  const end = async (id: string) => {
    setFailure(undefined)
    try {
      await endSession(id)
      notify(words.ended)
      await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey })
    } catch (error) {
      setFailure(error)
    }
  }
  const nameOf = (session: OwnSession) => browserOf(session.userAgent) ?? words.unknown
  const columns: Column<OwnSession>[] = [
    {
      name: words.browser,
      cell: (session) => (
        <>
          <span title={session.userAgent}>{nameOf(session)}</span> {session.isThis && <Badge size="sm">{words.isThis}</Badge>}
        </>
      ),
    },
    { name: words.network, cell: (session) => session.network },
    {
      name: words.begun,
      cell: (session) => (
        <>
          <Time value={session.createdAt} /> {words.by[session.begunBy]}
        </>
      ),
    },
    { name: words.ends, cell: (session) => <Time value={session.expiresAt} /> },
    {
      name: settings.actions,
      cell: (session) =>
        session.isThis ? null : (
          <Button size="compact-xs" variant="default" aria-label={words.endOf(nameOf(session))} onClick={() => void end(session.id)}>
            {words.end}
          </Button>
        ),
    },
  ]
  return (
    <Stack>
      <Text size="sm" c="dimmed" className="pc-prose">
        {words.intro}
      </Text>
      <Section
        title={words.list}
        actions={
          <OpenButton name="end-all" size="xs" label={words.endAll}>
            {(close) => (
              <Confirm
                title={words.endAllTitle}
                action={words.endAll}
                onConfirm={async () => {
                  await endAllSessions()
                  left()
                  queries.clear()
                }}
                onClose={close}
              >
                {words.endAllAbout}
              </Confirm>
            )}
          </OpenButton>
        }
      >
        {failure ? <ErrorNotice error={failure} /> : null}
        <Answered query={query} rows={3}>
          {(found) => <Table columns={columns} rows={found} idOf={(session) => session.id} />}
        </Answered>
      </Section>
      <Section title={words.password}>{email ? <Password email={email} /> : <Text size="sm">{words.byLink}</Text>}</Section>
    </Stack>
  )
}

const EMPTY = { current: '', next: '', repeated: '' }

function Password({ email }: { email: string }) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState(EMPTY)
  const [failure, setFailure] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const problem = failure ? asProblem(failure) : undefined
  const fault = problem?.at('/password')['']?.join(' ')
  const differ = draft.repeated !== '' && draft.next !== draft.repeated

  const send = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setFailure(undefined)
    try {
      await changePassword(draft.current, draft.next)
      setDraft(EMPTY)
      notify(words.changed)
      await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey })
    } catch (error) {
      setFailure(error)
    }
    setIsBusy(false)
  }
  const field = (name: keyof typeof EMPTY, label: string, error?: string) => (
    <PasswordInput
      label={label}
      autoComplete={name === 'current' ? 'current-password' : 'new-password'}
      error={error}
      value={draft[name]}
      onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
    />
  )
  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <Stack maw={440}>
        <Text size="sm" c="dimmed">
          {words.passwordAbout}
        </Text>
        <input type="text" hidden readOnly autoComplete="username" value={email} />
        {field('current', words.current)}
        {field('next', words.next, fault)}
        {field('repeated', words.repeated, differ ? words.differ : undefined)}
        {problem && !fault ? <ErrorNotice error={problem} /> : null}
        <Group>
          <Button type="submit" loading={isBusy} disabled={!draft.current || !draft.next || draft.next !== draft.repeated}>
            {words.change}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
