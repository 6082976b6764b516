// Who has done something, by name where one may know it: owners alone read the lists of people and of keys.

import { useQuery } from '@tanstack/react-query'
import { principals as words } from '#words/principals'
import { clientsQuery, staffQuery } from '../api/system'
import { OWNERS, useMayDo } from './roles'

const STAFF = 'admin:staff:'
const ADMIN = 'admin:'

/** The names behind the ids of those who did something. */
export function usePrincipalNames(): (principal: string) => string {
  const enabled = useMayDo(OWNERS)
  const { data: people } = useQuery({ ...staffQuery, enabled })
  const { data: clients } = useQuery({ ...clientsQuery, enabled })
  return (principal) => {
    // Each session of those who came by a link is somebody else.
    if (principal.split('/')[0] === `${ADMIN}console`) return words.console
    if (principal === 'operator') return words.operator
    if (principal.startsWith(STAFF)) return people?.find((one) => one.id === principal.slice(STAFF.length))?.name ?? words.staff
    if (!principal.startsWith(ADMIN)) return principal
    const id = principal.slice(ADMIN.length)
    return clients?.find((one) => one.id === id)?.name ?? words.client(id)
  }
}
