// The members of the programme.

import { Button } from '@mantine/core'
import { keepPreviousData } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, type ReactNode } from 'react'
import { call } from '../../api/client'
import { listUserSummaries } from '../../api/generated/sdk.gen'
import type { UserSummaryView } from '../../api/generated/types.gen'
import { useOpened } from '../../parts/inFront'
import { Empty } from '../../parts/notices'
import { Page } from '../../parts/Page'
import { Paged, pagesQuery } from '../../parts/Paged'
import { written } from '../../parts/numbers'
import { REPORTERS, useMayDo } from '../../parts/roles'
import { SearchField } from '../../parts/SearchField'
import { PanelSkeleton } from '../../parts/Skeleton'
import type { Column } from '../../parts/Table'
import { Time } from '../../parts/values'
import { users } from '#words/users'
import { called, enums } from '#words/enums'

const RegisterUser = lazy(() => import('./RegisterUser'))
const ImportUsers = lazy(() => import('./ImportUsers'))

const summariesQuery = (search: string) => ({
  ...pagesQuery<UserSummaryView>(['users', search], (cursor, signal) => {
    const query = { limit: 50, cursor, ...(search ? { search } : {}) }
    return call((to) => listUserSummaries({ ...to, query }), signal)
  }),
  placeholderData: keepPreviousData,
})

export function Users() {
  const { search = '' } = useSearch({ strict: false }) as { search?: string }
  const mayRegister = useMayDo(REPORTERS)
  const registering = useOpened('register')
  const importing = useOpened('import')
  const register = mayRegister && <Button onClick={() => registering.open()}>{users.register}</Button>
  return (
    <Page
      title={users.title}
      actions={
        <>
          {mayRegister && (
            <Button variant="default" onClick={() => importing.open()}>
              {users.import}
            </Button>
          )}
          {register}
        </>
      }
    >
      <SearchField label={users.search} description={users.searchHint} wanted={search} />
      <Paged
        query={summariesQuery(search)}
        columns={COLUMNS}
        idOf={(user) => user.id}
        empty={search ? <NobodyMatches /> : <NobodyYet register={register} />}
      />
      <Suspense fallback={<PanelSkeleton />}>
        {mayRegister && registering.isOpen && <RegisterUser onClose={registering.close} />}
        {mayRegister && importing.isOpen && <ImportUsers onClose={importing.close} />}
      </Suspense>
    </Page>
  )
}

const nameOf = ({ givenName, familyName, emailAddress, accountNumber }: UserSummaryView) =>
  [givenName, familyName].filter(Boolean).join(' ') || emailAddress || accountNumber

const COLUMNS: Column<UserSummaryView>[] = [
  {
    name: users.name,
    cell: (user) => (
      <Link to="/users/$userId" params={{ userId: user.id }} search={{}}>
        {nameOf(user)}
      </Link>
    ),
  },
  { name: users.email, cell: (user) => user.emailAddress },
  { name: users.accountNumber, cell: (user) => user.accountNumber },
  { name: users.balance, isNumber: true, cell: (user) => written(user.balance) },
  { name: users.status, cell: (user) => called(enums.userStatus, user.status) },
  { name: users.registered, cell: (user) => <Time value={user.createdAt} /> },
]

function NobodyMatches() {
  return <Empty title={users.nobodyMatches}>{users.howTheyMatch}</Empty>
}

function NobodyYet({ register }: { register: ReactNode }) {
  return (
    <Empty title={users.nobodyYet} action={register}>
      {users.howTheyCome}
    </Empty>
  )
}
