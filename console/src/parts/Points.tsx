import { signed } from './numbers'

/** A change of points, with its sign: never by colour alone. */
export function Points({ value }: { value: number }) {
  const kind = value > 0 ? 'up' : value < 0 ? 'down' : 'none'
  return <span className={`pc-points pc-points-${kind}`}>{signed(value)}</span>
}
