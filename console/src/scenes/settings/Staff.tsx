// The people who sign in to the console.

import { Badge, Checkbox } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { parts } from '#words/parts'
import { staff as words } from '#words/system'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { OnceHeaders } from '../../api/once'
import { ifVersion, staffQuery, readStaff, type StaffView } from '../../api/system'
import type { Noun } from '../../parts/noun'
import { Confirm } from '../../parts/Confirm'
import type { Field } from '../../parts/editor'
import { OpenButton } from '../../parts/OpenButton'
import { OWNERS, type Role } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { Time } from '../../parts/values'
import type { Once } from './ShownOnce'
import { roleField, WithSecrets } from './WithSecrets'

type Tell = (told: Once) => void

const onceOf = ({ email, passwordToken }: { email: string; passwordToken?: string | null }): Once => ({
  title: words.linkTitle,
  about: words.linkAbout(email),
  label: words.linkTitle,
  text: `${location.origin}/console/set-password#token=${passwordToken ?? ''}`,
  copy: words.copyLink,
})

const fieldsOf = (person: StaffView | undefined): Field[] => [
  { kind: 'text', at: '/email', label: words.email, required: true, isFixed: true },
  { kind: 'text', at: '/name', label: words.name, hint: words.nameAbout, required: person !== undefined },
  roleField(words.role, ['OWNER', 'MANAGER', 'SUPPORT', 'VIEWER'], 'VIEWER'),
]

const COLUMNS: Column<StaffView>[] = [
  { name: words.email, cell: (person) => person.email },
  { name: words.role, cell: (person) => parts.roles[person.role as Role] },
  { name: words.state, cell: (person) => <State person={person} /> },
  { name: words.last, cell: (person) => (person.signedInAt ? <Time value={person.signedInAt} /> : words.never) },
]

const nounOf = (tell: Tell): Noun<StaffView> => ({
  key: staffQuery.queryKey[0]!,
  words,
  nameOf: (person) => person.name,
  read: readStaff,
  columns: COLUMNS,
  useFields: fieldsOf,
  create: async (body, headers) => {
    const { data } = await call((to) => api.createStaff({ ...to, headers, body }))
    tell(onceOf(data))
    return data
  },
  change: async ({ id }, body, headers) =>
    (await call((to) => api.patchStaff({ ...to, headers, path: { staff_id: id }, body }))).data,
  undo: ({ id, name, role }, { version }) =>
    call((to) => api.patchStaff({ ...to, headers: ifVersion(version), path: { staff_id: id }, body: { name, role } as never })),
  remove: ({ id }) => call((to) => api.removeStaff({ ...to, path: { staff_id: id } })),
  isOpen: (person) => !person.removedAt,
  actions: (person) => <Reset person={person} tell={tell} />,
  roles: OWNERS,
})

export function Staff() {
  const [showsAll, setShowsAll] = useState(false)
  return (
    <WithSecrets nounOf={nounOf} shows={(person) => showsAll || !person.removedAt}>
      <Checkbox label={words.showRemoved} checked={showsAll} onChange={(event) => setShowsAll(event.currentTarget.checked)} />
    </WithSecrets>
  )
}

function State({ person }: { person: StaffView }) {
  if (person.removedAt) return <Badge color="gray">{words.isGone}</Badge>
  const ways = [person.hasPassword ? words.byPassword : '', person.oidcIssuer ? words.byProvider : ''].filter(Boolean)
  return <>{ways.join(', ') || words.waiting}</>
}

function Reset({ person, tell }: { person: StaffView; tell: Tell }) {
  const queries = useQueryClient()
  const reset = async (headers: OnceHeaders, close: () => void) => {
    const { data } = await call((to) => api.resetStaff({ ...to, headers, path: { staff_id: person.id } }))
    close()
    tell(onceOf(data))
    await queries.invalidateQueries({ queryKey: staffQuery.queryKey })
  }
  return (
    <OpenButton name="reset" of={person.id} size="compact-xs" label={words.reset} about={person.name}>
      {(close) => (
        <Confirm title={words.resetTitle(person.name)} action={words.resetAction} onConfirm={(headers) => reset(headers, close)} onClose={close}>
          {words.resetAbout}
        </Confirm>
      )}
    </OpenButton>
  )
}
