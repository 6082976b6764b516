// What is kept of a member beside the profile.

import { useQueryClient } from '@tanstack/react-query'
import { writeExact } from '../../api/exactJson'
import { call } from '../../api/client'
import { createAttribute, listAttributes } from '../../api/generated/sdk.gen'
import type { AttributeView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import type { User } from '../../api/queries'
import { Editor } from '../../parts/Editor'
import type { Field } from '../../parts/editor'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { Section } from '../../parts/Page'
import { Paged, pagesQuery } from '../../parts/Paged'
import type { Column } from '../../parts/Table'
import { Time } from '../../parts/values'
import { user as words } from '#words/user'

const { profile } = words

const attributesOf = (id: string) =>
  pagesQuery<AttributeView>(['attributes', id], (cursor, signal) =>
    call((to) => listAttributes({ ...to, query: { user: id, limit: 50, cursor } }), signal),
  )

const COLUMNS: Column<AttributeView>[] = [
  { name: profile.key, cell: (attribute) => attribute.key },
  { name: profile.value, cell: (attribute) => <code>{writeExact(attribute.value)}</code> },
  { name: profile.enabled, cell: (attribute) => (attribute.isEnabled ? profile.yes : profile.no) },
  { name: words.wallet.when, cell: (attribute) => <Time value={attribute.createdAt} /> },
]

const FIELDS: Field[] = [
  { kind: 'text', at: '/key', label: profile.key, required: true },
  { kind: 'json', at: '/value', label: profile.value, hint: profile.valueHint, required: true },
  { kind: 'flag', at: '/isEnabled', label: profile.enabled, initially: true },
]

export function Attributes({ user, mayEdit }: { user: User; mayEdit: boolean }) {
  const set = (
    <OpenButton name="attribute" size="xs" label={profile.setAttribute}>
      {(close) => <SetAttribute user={user} onClose={close} />}
    </OpenButton>
  )
  return (
    <Section title={profile.attributes} actions={mayEdit && set}>
      <Paged
        query={attributesOf(user.id)}
        columns={COLUMNS}
        idOf={(attribute) => attribute.id}
        empty={<p className="pc-nothing">{profile.noAttributes}</p>}
      />
    </Section>
  )
}

function SetAttribute({ user, onClose }: { user: User; onClose: () => void }) {
  const queries = useQueryClient()
  const send = async (body: object, headers: OnceHeaders) => {
    const whole = { subjectType: 'USER', subjectId: user.id, shouldReplaceOnlySameKeyValue: false, ...body }
    await call((to) => createAttribute({ ...to, body: whole as never, headers }))
    notify(profile.attributeSet)
    onClose()
    await queries.invalidateQueries({ queryKey: ['attributes', user.id] })
  }
  return <Editor title={profile.setAttribute} fields={FIELDS} send={send} onClose={onClose} />
}
