import { parts } from '#words/parts'
import { useSession } from '../api/session'
import { useAgo } from './ago'
import { shown } from './time'

/** An instant in the programme's zone, and how long ago that was. */
export function Time({ value }: { value: string }) {
  const zone = useSession().tenant.timeZone
  const ago = useAgo(value)
  return (
    <time dateTime={value} title={parts.shownIn(value, zone)} className="pc-time">
      <span>{shown(value, zone)}</span> <span className="pc-ago">({ago})</span>
    </time>
  )
}
