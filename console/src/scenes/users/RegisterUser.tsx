import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { call } from '../../api/client'
import { registerAccount } from '../../api/generated/sdk.gen'
import type { OnceHeaders } from '../../api/once'
import { nounQuery } from '../../parts/noun'
import { Editor } from '../../parts/Editor'
import type { Field } from '../../parts/editor'
import { users } from '#words/users'
import { CONSENT_TYPES } from '../consent-types/ConsentTypes'
import { EXTERNAL_FIELD, FURTHER_FIELDS, NAME_FIELDS } from './profileFields'

const { fields } = users

export default function RegisterUser({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const types = useQuery(nounQuery(CONSENT_TYPES)).data ?? []
  const consents: Field = {
    kind: 'several',
    at: '/consentsDefinition',
    label: fields.consents,
    hint: fields.consentsHint,
    options: types.map(({ id, name, required }) => ({ value: id, label: required ? users.required(name) : name })),
    write: (ids) => (ids as string[]).map((id) => ({ type: { id }, checked: true })),
  }
  const send = async (body: object, headers: OnceHeaders) => {
    const { data } = await call((to) => registerAccount({ ...to, body: { profile: {}, ...body } as never, headers }))
    void queries.invalidateQueries({ queryKey: ['users'] })
    await navigate({ to: '/users/$userId', params: { userId: data.id }, search: {}, replace: true })
  }
  return (
    <Editor
      title={users.register}
      action={users.registerSend}
      fields={[
        ...NAME_FIELDS,
        { kind: 'text', at: '/authIdentifier', label: fields.login, hint: fields.loginHint },
        EXTERNAL_FIELD,
        { kind: 'text', at: '/referralInviteCode', label: fields.invite, hint: fields.inviteHint },
        ...(types.length > 0 ? [consents] : []),
        ...FURTHER_FIELDS,
      ]}
      size="lg"
      mayBeIncomplete
      send={send}
      onClose={onClose}
    />
  )
}
