// A page that is for some roles: whoever comes by an old link reads so, instead of filling in what would be refused.

import type { ReactNode } from 'react'
import { parts } from '#words/parts'
import { Empty } from './notices'
import { Page } from './Page'
import { useMayDo, type Role } from './roles'

type Props = {
  roles: readonly Role[] | undefined
  /** With it, the notice is a page of its own. */
  title?: string
  children: ReactNode
}

export function Only({ roles, title, children }: Props) {
  if (useMayDo(roles)) return <>{children}</>
  const notice = <Empty title={parts.notYours}>{parts.whose((roles ?? []).map((role) => parts.roles[role]))}</Empty>
  return title ? <Page title={title}>{notice}</Page> : notice
}
