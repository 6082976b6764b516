// Who may do what. The server decides at each call; this keeps buttons that it would refuse off the page.

import { useSession } from '../api/session'

export type Role = 'OWNER' | 'MANAGER' | 'SUPPORT' | 'VIEWER' | 'INTEGRATION'

/** As an operation's `x-roles` in the API's document. */
export const OWNERS = ['OWNER'] as const
export const EDITORS = ['OWNER', 'MANAGER'] as const
export const HELPERS = ['OWNER', 'MANAGER', 'SUPPORT'] as const
export const VIEWERS = ['OWNER', 'MANAGER', 'SUPPORT', 'VIEWER'] as const
export const REPORTERS = ['OWNER', 'MANAGER', 'SUPPORT', 'INTEGRATION'] as const

export function useRole(): Role {
  return useSession().role
}

export function mayDo(role: Role, roles: readonly Role[] | undefined): boolean {
  return roles === undefined || roles.includes(role)
}

/** Whether whoever has signed in may do what these roles may. */
export function useMayDo(roles: readonly Role[] | undefined): boolean {
  return mayDo(useRole(), roles)
}
