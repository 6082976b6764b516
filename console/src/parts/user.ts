import type { User } from '../api/queries'

/** What somebody calls a user: the name, else what there is. */
export function nameOf(user: User): string {
  const { givenName, familyName, emailAddress } = user.profile
  const name = [givenName, familyName].filter(Boolean).join(' ')
  return name || emailAddress || user.accountNumber
}
