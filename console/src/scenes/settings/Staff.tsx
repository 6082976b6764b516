// The people who sign in to the console.

import { Badge, Button, Checkbox } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { parts } from '#words/parts'
import { roleAbout, staff as words } from '#words/system'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { OnceHeaders } from '../../api/once'
import { ifVersion, staffQuery, readStaff, type StaffView } from '../../api/system'
import { Listed, type Noun } from '../../parts/Collection'
import { Confirm } from '../../parts/Confirm'
import type { Field } from '../../parts/editor'
import { OWNERS, type Role } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { Time } from '../../parts/values'
import { ShownOnce } from './ShownOnce'

const ROLES: Role[] = ['OWNER', 'MANAGER', 'SUPPORT', 'VIEWER']
type Told = { email: string; token: string }
type Telling = { onTold: (told: Told) => void }

const fieldsOf = (person: StaffView | undefined): Field[] => [
  { kind: 'text', at: '/email', label: words.email, required: true, isFixed: true },
  { kind: 'text', at: '/name', label: words.name, hint: words.nameAbout, required: person !== undefined },
  {
    kind: 'choice',
    at: '/role',
    label: words.role,
    options: ROLES.map((role) => ({ value: role, label: `${parts.roles[role]}: ${roleAbout[role]}` })),
    initially: 'VIEWER',
    required: true,
  },
]

const COLUMNS: Column<StaffView>[] = [
  { name: words.email, cell: (person) => person.email },
  { name: words.role, cell: (person) => parts.roles[person.role as Role] },
  { name: words.state, cell: (person) => <State person={person} /> },
  { name: words.last, cell: (person) => (person.signedInAt ? <Time value={person.signedInAt} /> : words.never) },
]

const nounOf = ({ onTold }: Telling): Noun<StaffView> => ({
  key: staffQuery.queryKey[0]!,
  words,
  nameOf: (person) => person.name,
  read: readStaff,
  columns: COLUMNS,
  useFields: fieldsOf,
  create: async (body, headers) => {
    const { data } = await call((to) => api.createStaff({ ...to, headers, body }))
    onTold({ email: data.email, token: data.passwordToken ?? '' })
    return data
  },
  change: async ({ id }, body, headers) =>
    (await call((to) => api.patchStaff({ ...to, headers, path: { staff_id: id }, body }))).data,
  undo: ({ id, name, role }, { version }) =>
    call((to) => api.patchStaff({ ...to, headers: ifVersion(version), path: { staff_id: id }, body: { name, role } as never })),
  remove: ({ id }) => call((to) => api.removeStaff({ ...to, path: { staff_id: id } })),
  isOpen: (person) => !person.removedAt,
  actions: (person) => <Reset person={person} onTold={onTold} />,
  roles: OWNERS,
})

export function Staff() {
  const [showsAll, setShowsAll] = useState(false)
  const [told, setTold] = useState<Told>()
  const noun = useMemo(() => nounOf({ onTold: setTold }), [])
  return (
    <>
      <Listed noun={noun} shows={(person) => showsAll || !person.removedAt}>
        <Checkbox label={words.showRemoved} checked={showsAll} onChange={(event) => setShowsAll(event.currentTarget.checked)} />
      </Listed>
      {told && (
        <ShownOnce
          title={words.linkTitle}
          about={words.linkAbout(told.email)}
          label={words.linkTitle}
          text={`${location.origin}/console/set-password#token=${told.token}`}
          copy={words.copyLink}
          onClose={() => setTold(undefined)}
        />
      )}
    </>
  )
}

function State({ person }: { person: StaffView }) {
  if (person.removedAt) return <Badge color="gray">{words.isGone}</Badge>
  const ways = [person.hasPassword ? words.byPassword : '', person.oidcIssuer ? words.byProvider : ''].filter(Boolean)
  return <>{ways.join(', ') || words.waiting}</>
}

function Reset({ person, onTold }: Telling & { person: StaffView }) {
  const queries = useQueryClient()
  const [isAsked, setIsAsked] = useState(false)
  const reset = async (headers: OnceHeaders) => {
    const { data } = await call((to) => api.resetStaff({ ...to, headers, path: { staff_id: person.id } }))
    setIsAsked(false)
    onTold({ email: data.email, token: data.passwordToken ?? '' })
    await queries.invalidateQueries({ queryKey: staffQuery.queryKey })
  }
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={() => setIsAsked(true)}>
        {words.reset}
        <span className="pc-offscreen"> {person.name}</span>
      </Button>
      {isAsked && (
        <Confirm title={words.resetTitle(person.name)} action={words.resetAction} onConfirm={reset} onClose={() => setIsAsked(false)}>
          {words.resetAbout}
        </Confirm>
      )}
    </>
  )
}
