// Who a member is: profile, attributes, consents.

import { useQueryClient } from '@tanstack/react-query'
import { call } from '../../api/client'
import { updateProfile } from '../../api/generated/sdk.gen'
import type { User } from '../../api/queries'
import { Editor } from '../../parts/Editor'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { Section } from '../../parts/Page'
import { REPORTERS, useMayDo } from '../../parts/roles'
import { nameOf } from '../../parts/user'
import { user as words } from '#words/user'
import { users } from '#words/users'
import { EXTERNAL_FIELD, FURTHER_FIELDS, NAME_FIELDS } from '../users/profileFields'
import { Attributes } from './Attributes'
import { Consents } from './Consents'
import { Profile } from './Overview'

const { profile } = words

export default function ProfileTab({ user }: { user: User }) {
  const mayEdit = useMayDo(REPORTERS) && user.status !== 'CLOSED'
  const edit = (
    <OpenButton name="profile" size="xs" label={profile.edit}>
      {(close) => <EditProfile user={user} onClose={close} />}
    </OpenButton>
  )
  return (
    <div className="pc-columns">
      <Section title={profile.title} actions={mayEdit && edit}>
        <Profile user={user} />
      </Section>
      <div className="pc-stack">
        <Section title={profile.consents}>
          <Consents user={user} mayEdit={mayEdit} />
        </Section>
        <Attributes user={user} mayEdit={mayEdit} />
      </div>
    </div>
  )
}

function EditProfile({ user, onClose }: { user: User; onClose: () => void }) {
  const queries = useQueryClient()
  const send = async (body: object) => {
    const headers = { 'If-Match': `"${user.version}"` }
    await call((to) => updateProfile({ ...to, path: { id: user.id }, body: body as never, headers }))
    notify(profile.saved)
    onClose()
    for (const queryKey of [['user', user.id], ['users'], ['events', 'of', user.id]]) void queries.invalidateQueries({ queryKey })
  }
  return (
    <Editor
      title={profile.editTitle(nameOf(user))}
      fields={[
        ...NAME_FIELDS,
        EXTERNAL_FIELD,
        { kind: 'flag', at: '/isRestricted', label: users.fields.restricted, hint: users.fields.restrictedHint },
        ...FURTHER_FIELDS,
      ]}
      row={user}
      size="lg"
      send={send}
      onClose={onClose}
    />
  )
}
