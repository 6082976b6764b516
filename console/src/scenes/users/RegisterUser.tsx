import { TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../api/client'
import { registerAccount } from '../../api/generated/sdk.gen'
import type { OnceHeaders } from '../../api/once'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'

const FIELDS = [
  { pointer: '/profile/givenName', label: 'Given name', required: true },
  { pointer: '/profile/familyName', label: 'Family name', required: true },
  { pointer: '/profile/emailAddress', label: 'E-mail address', required: true },
  { pointer: '/authIdentifier', label: 'Login', description: 'The name in your own login, if there is one.' },
  { pointer: '/externalIdentifier', label: 'External identifier', description: 'The number in another system.' },
]

export default function RegisterUser({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [values, setValues] = useState<Record<string, string>>({})
  const body = bodyOf(values)

  const register = async (headers: OnceHeaders) => {
    const { data } = await call((to) => registerAccount({ ...to, body: body as never, headers }))
    void queries.invalidateQueries({ queryKey: ['users'] })
    await navigate({ to: '/users/$userId', params: { userId: data.id }, search: {} })
  }
  return (
    <Dialog title="Register a user" onClose={onClose}>
      <DialogForm action="Register" body={body} send={register} onClose={onClose}>
        {(faultAt) =>
          FIELDS.map(({ pointer, label, description, required }) => (
            <TextInput
              key={pointer}
              label={label}
              description={description}
              className={required ? 'pc-required' : undefined}
              aria-required={required}
              autoComplete="off"
              value={values[pointer] ?? ''}
              error={faultAt(pointer)}
              onChange={(event) => {
                const { value } = event.currentTarget
                setValues((before) => ({ ...before, [pointer]: value }))
              }}
            />
          ))
        }
      </DialogForm>
    </Dialog>
  )
}

/** What was typed, in its place; what was not is left out. */
function bodyOf(values: Record<string, string>): object {
  const body: Record<string, unknown> = {}
  const profile: Record<string, string> = {}
  for (const { pointer } of FIELDS) {
    const value = values[pointer]?.trim()
    const [first = '', second] = pointer.slice(1).split('/')
    if (value && second) profile[second] = value
    else if (value) body[first] = value
  }
  return { ...body, profile }
}
