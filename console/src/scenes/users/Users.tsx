// The members of the programme.

import { Button, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { usersQuery, type User } from '../../api/queries'
import { Answered, Empty, More } from '../../parts/notices'
import { Page } from '../../parts/Page'
import { Table, type Column } from '../../parts/Table'
import { nameOf } from '../../parts/user'
import { Time } from '../../parts/values'

const RegisterUser = lazy(() => import('./RegisterUser'))
const CALM_MS = 200

export function Users() {
  const { search = '' } = useSearch({ strict: false }) as { search?: string }
  const navigate = useNavigate()
  const [text, setText] = useState(search)
  const [isRegistering, setIsRegistering] = useState(false)
  const look = useDebouncedCallback(
    (wanted: string) => void navigate({ to: '/users', search: { search: wanted.trim() || undefined }, replace: true }),
    CALM_MS,
  )
  const register = <Button onClick={() => setIsRegistering(true)}>Register a user</Button>
  return (
    <Page title="Users" actions={register}>
      <TextInput
        label="Search"
        description="The beginning of a name or an e-mail address, or a whole account number or id."
        type="search"
        autoComplete="off"
        maw={480}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          look(event.currentTarget.value)
        }}
      />
      <UserList search={search} register={register} />
      <Suspense fallback={null}>{isRegistering && <RegisterUser onClose={() => setIsRegistering(false)} />}</Suspense>
    </Page>
  )
}

function UserList({ search, register }: { search: string; register: React.ReactNode }) {
  const query = useInfiniteQuery(usersQuery(search))
  return (
    <Answered query={query} rows={8}>
      {({ pages }) => {
        const users = pages.flatMap((page) => page.data)
        if (users.length === 0) return search ? <NobodyMatches /> : <NobodyYet register={register} />
        return (
          <>
            <Table columns={COLUMNS} rows={users} idOf={(user) => user.id} />
            <More query={query} />
          </>
        )
      }}
    </Answered>
  )
}

const COLUMNS: Column<User>[] = [
  {
    name: 'Name',
    cell: (user) => (
      <Link to="/users/$userId" params={{ userId: user.id }} search={{}}>
        {nameOf(user)}
      </Link>
    ),
  },
  { name: 'E-mail', cell: (user) => user.profile.emailAddress },
  { name: 'Account number', cell: (user) => user.accountNumber },
  { name: 'Status', cell: (user) => user.status.toLowerCase() },
  { name: 'Registered', cell: (user) => <Time value={user.createdAt} /> },
]

function NobodyMatches() {
  return <Empty title="Nobody matches.">Names and e-mail addresses match from their beginning, the rest as a whole.</Empty>
}

function NobodyYet({ register }: { register: React.ReactNode }) {
  return (
    <Empty title="There are no users yet." action={register}>
      An application registers them by POST /v1/users/.
    </Empty>
  )
}
