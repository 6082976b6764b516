import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { call, newKey } from '../../api/client'
import { registerAccount } from '../../api/generated/sdk.gen'
import { asProblem, type Problem } from '../../api/problem'
import { Dialog } from '../../common/Dialog'
import { ErrorNotice, focusHeading } from '../../common/parts'

const FIELDS = [
  { pointer: '/profile/givenName', label: 'Given name' },
  { pointer: '/profile/familyName', label: 'Family name' },
  { pointer: '/profile/emailAddress', label: 'E-mail address' },
  { pointer: '/authIdentifier', label: 'Login', description: 'The name in your own login, if there is one.' },
  { pointer: '/externalIdentifier', label: 'External identifier', description: 'The number in another system.' },
]

export default function RegisterUser({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [values, setValues] = useState<Record<string, string>>({})
  const [problem, setProblem] = useState<Problem>()
  const [isBusy, setIsBusy] = useState(false)
  const [key, setKey] = useState(newKey)

  const register = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setProblem(undefined)
    try {
      const headers = { 'Idempotency-Key': key }
      const { data } = await call((to) => registerAccount({ ...to, body: bodyOf(values) as never, headers }))
      void queries.invalidateQueries({ queryKey: ['users'] })
      await navigate({ to: '/users/$userId', params: { userId: data.id }, search: {} })
      requestAnimationFrame(focusHeading)
    } catch (error) {
      const found = asProblem(error)
      if (!found.isOpen) setKey(newKey())
      setProblem(found)
    }
    setIsBusy(false)
  }
  return (
    <Dialog title="Register a user" onClose={onClose}>
      <form noValidate onSubmit={(event) => void register(event)}>
        <Stack>
          {FIELDS.map(({ pointer, label, description }, place) => (
            <TextInput
              key={pointer}
              label={label}
              description={description}
              className={place < 3 ? 'pc-required' : undefined}
              aria-required={place < 3}
              autoComplete="off"
              value={values[pointer] ?? ''}
              error={problem?.at(pointer)['']?.join(' ')}
              onChange={(event) => {
                const { value } = event.currentTarget
                setValues((before) => ({ ...before, [pointer]: value }))
              }}
            />
          ))}
          {problem && <ErrorNotice error={problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy}>
              Register
            </Button>
          </Group>
        </Stack>
      </form>
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
