// The people who sign in to the console.

import { Badge, Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { parts } from '#words/parts'
import { roleAbout, settings, staff as words } from '#words/system'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import { ifVersion, staffQuery, type StaffView } from '../../api/system'
import { Confirm } from '../../parts/Confirm'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { Answered, Empty } from '../../parts/notices'
import { notify } from '../../parts/notify'
import type { Role } from '../../parts/roles'
import { Table, type Column } from '../../parts/Table'
import { Time } from '../../parts/values'
import { ShownOnce } from './ShownOnce'

const ROLES: Role[] = ['OWNER', 'MANAGER', 'SUPPORT', 'VIEWER']
type Open = { what: 'add' } | { what: 'change' | 'reset' | 'remove'; person: StaffView }
type Told = { email: string; token: string }

export function Staff() {
  const query = useQuery(staffQuery)
  const [showsAll, setShowsAll] = useState(false)
  const [open, setOpen] = useState<Open>()
  const [told, setTold] = useState<Told>()
  const columns: Column<StaffView>[] = [
    { name: words.name, cell: (person) => <b className="pc-break">{person.name}</b> },
    { name: words.email, cell: (person) => person.email },
    { name: words.role, cell: (person) => parts.roles[person.role as Role] },
    { name: words.state, cell: (person) => <State person={person} /> },
    { name: words.last, cell: (person) => (person.signedInAt ? <Time value={person.signedInAt} /> : words.never) },
    { name: settings.actions, cell: (person) => (person.removedAt ? null : <Actions person={person} open={setOpen} />) },
  ]
  const add = <Button onClick={() => setOpen({ what: 'add' })}>{words.add}</Button>
  const close = () => setOpen(undefined)
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" className="pc-prose">
          {words.intro}
        </Text>
        {add}
      </Group>
      <Answered query={query} rows={4}>
        {(people) => (
          <>
            {people.some((person) => person.removedAt) && (
              <Checkbox
                label={words.showRemoved}
                checked={showsAll}
                onChange={(event) => setShowsAll(event.currentTarget.checked)}
              />
            )}
            {people.every((person) => person.removedAt) && !showsAll ? (
              <Empty title={words.none}>{words.noneYet}</Empty>
            ) : (
              <Table
                columns={columns}
                rows={people.filter((person) => showsAll || !person.removedAt)}
                idOf={(person) => person.id}
              />
            )}
          </>
        )}
      </Answered>
      {open?.what === 'add' && <Add onClose={close} onTold={setTold} />}
      {open?.what === 'change' && <Change person={open.person} onClose={close} />}
      {open?.what === 'reset' && <Reset person={open.person} onClose={close} onTold={setTold} />}
      {open?.what === 'remove' && <Remove person={open.person} onClose={close} />}
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
    </Stack>
  )
}

function State({ person }: { person: StaffView }) {
  if (person.removedAt) return <Badge color="gray">{words.removed}</Badge>
  const ways = [person.hasPassword ? words.byPassword : '', person.oidcIssuer ? words.byProvider : ''].filter(Boolean)
  return <>{ways.join(', ') || words.waiting}</>
}

function Actions({ person, open }: { person: StaffView; open: (what: Open) => void }) {
  return (
    <Group gap={4}>
      <Button size="compact-xs" variant="default" aria-label={settings.changeOf(person.name)} onClick={() => open({ what: 'change', person })}>
        {settings.change}
      </Button>
      <Button size="compact-xs" variant="default" aria-label={words.resetOf(person.name)} onClick={() => open({ what: 'reset', person })}>
        {words.reset}
      </Button>
      <Button size="compact-xs" variant="default" aria-label={words.removeOf(person.name)} onClick={() => open({ what: 'remove', person })}>
        {words.remove}
      </Button>
    </Group>
  )
}

function RoleField({ value, onChange }: { value: string; onChange: (role: string) => void }) {
  return (
    <NativeSelect
      label={words.role}
      data={ROLES.map((role) => ({ value: role, label: `${parts.roles[role]}: ${roleAbout[role]}` }))}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function Add({ onClose, onTold }: { onClose: () => void; onTold: (told: Told) => void }) {
  const queries = useQueryClient()
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [role, setRole] = useState('VIEWER')
  const body = { email: email.trim(), role, ...(name.trim() ? { name: name.trim() } : {}) }
  return (
    <Dialog title={words.add} onClose={onClose}>
      <DialogForm
        action={words.addAction}
        isIncomplete={!email.trim()}
        body={body}
        send={async (headers) => {
          const { data } = await call((to) => api.createStaff({ ...to, headers, body: body as never }))
          onClose()
          onTold({ email: data.email, token: data.passwordToken ?? '' })
          await queries.invalidateQueries({ queryKey: staffQuery.queryKey })
        }}
        onClose={onClose}
      >
        {(faultAt) => (
          <>
            <TextInput label={words.email} type="email" data-autofocus error={faultAt('/email')} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
            <TextInput label={words.name} description={words.nameAbout} error={faultAt('/name')} value={name} onChange={(event) => setName(event.currentTarget.value)} />
            <RoleField value={role} onChange={setRole} />
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}

function Change({ person, onClose }: { person: StaffView; onClose: () => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState(person.name)
  const [role, setRole] = useState(person.role)
  const body = { name: name.trim(), role }
  const put = async (change: object, version: number) => {
    const headers = ifVersion(version)
    const { data } = await call((to) => api.patchStaff({ ...to, headers, path: { staff_id: person.id }, body: change as never }))
    await queries.invalidateQueries({ queryKey: staffQuery.queryKey })
    return data
  }
  return (
    <Dialog title={settings.changeOf(person.name)} onClose={onClose}>
      <DialogForm
        action={settings.save}
        isIncomplete={!name.trim()}
        body={body}
        send={async () => {
          const changed = await put(body, person.version)
          onClose()
          notify(words.changed(changed.name), () => put({ name: person.name, role: person.role }, changed.version))
        }}
        onClose={onClose}
      >
        {(faultAt) => (
          <>
            <TextInput label={words.name} data-autofocus error={faultAt('/name')} value={name} onChange={(event) => setName(event.currentTarget.value)} />
            <RoleField value={role} onChange={setRole} />
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}

function Reset({ person, onClose, onTold }: { person: StaffView; onClose: () => void; onTold: (told: Told) => void }) {
  const queries = useQueryClient()
  return (
    <Confirm
      title={words.resetTitle(person.name)}
      action={words.resetAction}
      onConfirm={async (headers) => {
        const { data } = await call((to) => api.resetStaff({ ...to, headers, path: { staff_id: person.id } }))
        onClose()
        onTold({ email: data.email, token: data.passwordToken ?? '' })
        await queries.invalidateQueries({ queryKey: staffQuery.queryKey })
      }}
      onClose={onClose}
    >
      {words.resetAbout}
    </Confirm>
  )
}

function Remove({ person, onClose }: { person: StaffView; onClose: () => void }) {
  const queries = useQueryClient()
  return (
    <Confirm
      title={words.removeTitle(person.name)}
      action={words.removeAction}
      onConfirm={async () => {
        await call((to) => api.removeStaff({ ...to, path: { staff_id: person.id } }))
        onClose()
        notify(words.isRemoved(person.name))
        await queries.invalidateQueries({ queryKey: staffQuery.queryKey })
      }}
      onClose={onClose}
    >
      {words.removeAbout}
    </Confirm>
  )
}
