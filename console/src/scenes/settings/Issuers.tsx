// Login systems whose tokens members call with.

import { PasswordInput } from '@mantine/core'
import { issuers as words } from '#words/system'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import { issuersQuery, readIssuers, type IssuerView } from '../../api/system'
import { Listed } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import type { Draft, Field, Own } from '../../parts/editor'
import { OWNERS } from '../../parts/roles'
import { Time } from '../../parts/values'

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'HS256']
const SHARED = 'HS256'

const isShared = (draft: Draft) => draft['/algorithm'] === SHARED

/** Never told by the server, so that it is empty where there is one: what is empty stays as it is. */
const SECRET: Field = {
  kind: 'own',
  at: '/secret',
  label: words.secret,
  when: isShared,
  write: (value) => value || undefined,
  render: (own) => <Secret own={own} />,
}

function Secret({ own }: { own: Own }) {
  return (
    <PasswordInput
      label={own.label}
      description={words.secretAbout}
      autoComplete="off"
      error={own.faultAt()}
      value={String(own.value ?? '')}
      onChange={(event) => own.onChange(event.currentTarget.value)}
    />
  )
}

const fieldsOf = (issuer: IssuerView | undefined): Field[] => [
  { kind: 'text', at: '/issuer', label: words.issuer, hint: words.issuerAbout, required: true },
  { kind: 'text', at: '/audience', label: words.audience, hint: words.audienceAbout, required: true },
  {
    kind: 'choice',
    at: '/algorithm',
    label: words.algorithm,
    options: ALGORITHMS.map((value) => ({ value, label: value })),
    initially: 'RS256',
    required: true,
  },
  // With a shared secret there is no set, nor would its absence be a change.
  { kind: 'json', at: '/jwks', label: words.jwks, hint: words.jwksAbout, when: (draft) => !isShared(draft), required: !issuer?.jwks },
  SECRET,
  { kind: 'text', at: '/subjectClaim', label: words.subject, hint: words.subjectAbout, initially: 'sub', required: true },
]

/** Of the two kinds of keys only that which is written goes along. */
const withoutNulls = (body: object) => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as never

const ISSUERS: Noun<IssuerView> = {
  key: issuersQuery.queryKey[0]!,
  words,
  nameOf: (issuer) => issuer.issuer,
  read: readIssuers,
  columns: [
    { name: words.audience, cell: (issuer) => issuer.audience },
    { name: words.algorithm, cell: (issuer) => issuer.algorithm },
    { name: words.subject, cell: (issuer) => issuer.subjectClaim },
    { name: words.changed, cell: (issuer) => <Time value={issuer.updatedAt} /> },
  ],
  useFields: fieldsOf,
  create: async (body, headers) => (await call((to) => api.createIssuer({ ...to, headers, body }))).data,
  change: ({ id }, body, headers) =>
    call((to) => api.patchIssuer({ ...to, headers, path: { issuer_id: id }, body: withoutNulls(body) })),
  remove: ({ id }) => call((to) => api.deleteIssuer({ ...to, path: { issuer_id: id } })),
  roles: OWNERS,
  isSecret: true,
}

export function Issuers() {
  return <Listed noun={ISSUERS} />
}
