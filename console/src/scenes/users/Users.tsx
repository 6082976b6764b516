// The members of the programme.

import { Button, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { usersQuery, type User } from '../../api/queries'
import { Empty, ErrorNotice, Page, Rows, Time } from '../../common/parts'
import { nameOf } from '../../common/user'

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
  if (query.isError && !query.data) return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <Rows count={8} />
  const users = query.data.pages.flatMap((page) => page.data)
  if (users.length === 0 && search)
    return <Empty title="Nobody matches.">Names and e-mail addresses match from their beginning, the rest as a whole.</Empty>
  if (users.length === 0)
    return (
      <Empty title="There are no users yet." action={register}>
        An application registers them by POST /v1/users/.
      </Empty>
    )
  return (
    <>
      <div className="pc-table-wrap">
        <table className="pc-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">E-mail address</th>
              <th scope="col">Account number</th>
              <th scope="col">Status</th>
              <th scope="col">Registered</th>
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <Row key={user.id} user={user} />
            ))}
          </tbody>
        </table>
      </div>
      {query.isFetchNextPageError && <ErrorNotice error={query.error} />}
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  )
}

function Row({ user }: { user: User }) {
  return (
    <tr>
      <td data-label="Name">
        <Link to="/users/$userId" params={{ userId: user.id }} search={{}}>
          {nameOf(user)}
        </Link>
      </td>
      <td data-label="E-mail">{user.profile.emailAddress}</td>
      <td data-label="Account">{user.accountNumber}</td>
      <td data-label="Status">{user.status.toLowerCase()}</td>
      <td data-label="Registered">
        <Time value={user.createdAt} />
      </td>
    </tr>
  )
}
