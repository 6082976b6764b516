// The fields of a person: to register one, and to change one.

import type { Field } from '../../parts/editor'
import { users } from '#words/users'

const { fields, sections } = users
const GENDERS = Object.entries(fields.genders).map(([value, label]) => ({ value, label }))

export const NAME_FIELDS: Field[] = [
  { kind: 'text', at: '/profile/givenName', label: fields.givenName, required: true },
  { kind: 'text', at: '/profile/familyName', label: fields.familyName, required: true },
  { kind: 'text', at: '/profile/emailAddress', label: fields.emailAddress, required: true },
]

export const EXTERNAL_FIELD: Field = {
  kind: 'text',
  at: '/externalIdentifier',
  label: fields.external,
  hint: fields.externalHint,
}

export const FURTHER_FIELDS: Field[] = [
  { section: sections.more, kind: 'text', at: '/profile/telephoneNumber', label: fields.telephoneNumber },
  { section: sections.more, kind: 'text', at: '/profile/birthdate', label: fields.birthdate, hint: fields.birthdateHint },
  {
    section: sections.more,
    kind: 'choice',
    at: '/profile/gender',
    label: fields.gender,
    options: GENDERS,
    none: fields.notSaid,
  },
  { section: sections.more, kind: 'text', at: '/profile/pictureUrl', label: fields.pictureUrl },
  { section: sections.address, kind: 'text', at: '/profile/streetAddress', label: fields.streetAddress },
  { section: sections.address, kind: 'text', at: '/profile/postcode', label: fields.postcode },
  { section: sections.address, kind: 'text', at: '/profile/city', label: fields.city },
  { section: sections.address, kind: 'text', at: '/profile/region', label: fields.region },
  { section: sections.address, kind: 'text', at: '/profile/country', label: fields.country, hint: fields.countryHint },
]
