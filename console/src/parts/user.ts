import type { User } from '../api/queries'

/** What somebody calls a user: the name, else what there is. */
export function nameOf(user: User): string {
  const name = typedNameOf(user)
  return TURNS.test(name) ? `\u2068${name}\u2069` : name
}

// What is written from the right, or says so of what follows it. In a sentence such a name is kept to itself, or it would
// turn around what stands beside it.
const TURNS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/** The same, letter by letter as it is typed. */
export function typedNameOf(user: User): string {
  const { givenName, familyName, emailAddress } = user.profile
  const name = [givenName, familyName].filter(Boolean).join(' ')
  return name || emailAddress || user.accountNumber
}
