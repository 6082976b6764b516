// Why: each reactor, whether it fired, and the reason in the engine's words.

import { Badge } from '@mantine/core'
import { IconCircleCheck, IconCircleMinus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { parts } from '#words/parts'
import type { VerdictView } from '../api/queries'
import { Points } from './values'

export function Verdicts({ verdicts }: { verdicts: VerdictView[] }) {
  if (verdicts.length === 0)
    return <p className="pc-nothing">{parts.noVerdicts}</p>
  return (
    <ul className="pc-verdicts">
      {verdicts.map((verdict) => (
        <li key={verdict.reactorId}>
          <Told id={verdict.reactorId} name={verdict.reactorName} fired={verdict.fired}>
            <p>{verdict.reason}</p>
          </Told>
          {verdict.fired && <Points value={verdict.reactions.reduce((sum, reaction) => sum + reaction.points, 0)} />}
        </li>
      ))}
    </ul>
  )
}

/** A reactor and whether it fired, with what else is told of it. */
export function Told({ id, name, fired, children }: { id: string; name: string; fired: boolean; children: ReactNode }) {
  return (
    <>
      {fired ? <IconCircleCheck size={18} className="pc-fired" aria-hidden /> : <IconCircleMinus size={18} className="pc-idle" aria-hidden />}
      <div>
        <Link to="/reactors/$reactorId" params={{ reactorId: id }} search={{}}>
          {name}
        </Link>{' '}
        <Badge size="sm" variant="light" color={fired ? 'green' : 'gray'}>
          {fired ? parts.fired : parts.didNotFire}
        </Badge>{' '}
        {children}
      </div>
    </>
  )
}
