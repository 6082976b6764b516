// What is kept of a member beside the profile.

import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { writeExact } from '../../api/exactJson'
import { call } from '../../api/client'
import { createAttribute, listAttributes } from '../../api/generated/sdk.gen'
import type { AttributeView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import type { User } from '../../api/queries'
import { Editor } from '../../parts/Editor'
import { notify } from '../../parts/notify'
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

export function Attributes({ user, mayEdit }: { user: User; mayEdit: boolean }) {
  const queries = useQueryClient()
  const [isSetting, setIsSetting] = useState(false)
  const close = () => setIsSetting(false)
  const send = async (body: object, headers: OnceHeaders) => {
    const whole = { subjectType: 'USER', subjectId: user.id, shouldReplaceOnlySameKeyValue: false, ...body }
    await call((to) => createAttribute({ ...to, body: whole as never, headers }))
    notify(profile.attributeSet)
    close()
    await queries.invalidateQueries({ queryKey: ['attributes', user.id] })
  }
  const set = (
    <Button size="xs" variant="default" onClick={() => setIsSetting(true)}>
      {profile.setAttribute}
    </Button>
  )
  return (
    <Section title={profile.attributes} actions={mayEdit && set}>
      <Paged
        query={attributesOf(user.id)}
        columns={COLUMNS}
        idOf={(attribute) => attribute.id}
        empty={<p className="pc-nothing">{profile.noAttributes}</p>}
      />
      {isSetting && (
        <Editor
          title={profile.setAttribute}
          fields={[
            { kind: 'text', at: '/key', label: profile.key, required: true },
            { kind: 'json', at: '/value', label: profile.value, hint: profile.valueHint, required: true },
            { kind: 'flag', at: '/isEnabled', label: profile.enabled, initially: true },
          ]}
          send={send}
          onClose={close}
        />
      )}
    </Section>
  )
}
