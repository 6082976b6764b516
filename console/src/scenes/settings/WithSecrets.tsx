// A list of what has secrets: each is shown when it is made, once, and stands in no address.

import { useMemo, useState, type ReactNode } from 'react'
import { Listed } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import type { Field } from '../../parts/editor'
import type { Role } from '../../parts/roles'
import { parts } from '#words/parts'
import { roleAbout } from '#words/system'
import { ShownOnce, type Once } from './ShownOnce'

type Props<Row extends { id: string }> = {
  /** The noun, given what tells a secret. */
  nounOf: (tell: (told: Once) => void) => Noun<Row>
  shows?: (row: Row) => boolean
  children?: ReactNode
}

/** `nounOf` stays the same function. */
export function WithSecrets<Row extends { id: string }>({ nounOf, shows, children }: Props<Row>) {
  const [told, setTold] = useState<Once>()
  const noun = useMemo(() => nounOf(setTold), [nounOf])
  return (
    <>
      <Listed noun={noun} shows={shows}>
        {children}
      </Listed>
      {told && <ShownOnce told={told} onClose={() => setTold(undefined)} />}
    </>
  )
}

/** The choice of what somebody, or something, may do. */
export const roleField = (label: string, roles: Role[], initially: Role): Field => ({
  kind: 'choice',
  at: '/role',
  label,
  options: roles.map((role) => ({ value: role, label: `${parts.roles[role]}: ${roleAbout[role]}` })),
  initially,
  required: true,
})
