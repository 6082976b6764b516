// Why: every reactor that was live, whether it fired, the reason in the engine's words, and what its parts came to.

import { Badge } from '@mantine/core'
import { IconCircleDashed } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { event as words } from '#words/event'
import { isObject, writeExact, type Json } from '../../api/exactJson'
import { eventTypesQuery, explanationQuery, reactorsQuery, type EventView, type ReactorExplanationView } from '../../api/queries'
import { Answered } from '../../parts/notices'
import { Section } from '../../parts/Page'
import { VIEWERS, useMayDo } from '../../parts/roles'
import { Told } from '../../parts/Verdicts'
import { Points } from '../../parts/values'
import { unaskedOf, type Unasked } from './unasked'

const { why, reactions } = words

export function Why({ event }: { event: EventView }) {
  const query = useQuery(explanationQuery(event.id))
  const { data: all = [] } = useQuery({ ...reactorsQuery, enabled: useMayDo(VIEWERS) })
  const typeId = useQuery(eventTypesQuery).data?.find(({ name }) => name === event.type)?.id
  const net = (
    <span>
      {reactions.net} <Points value={event.points} /> {reactions.unit(event.points)}
    </span>
  )
  return (
    <Section title={why.title} actions={net}>
      <Answered query={query} rows={2}>
        {({ reactors }) => {
          const asked = reactors ?? []
          const others = unaskedOf(event, typeId, asked, all)
          if (asked.length + others.length === 0) return <p className="pc-nothing">{why.nothing}</p>
          return (
            <ul className="pc-verdicts">
              {asked.map((one) => (
                <Reactor key={one.id} reactor={one} />
              ))}
              {others.map((one) => (
                <NotAsked key={one.id} reactor={one} />
              ))}
            </ul>
          )
        }}
      </Answered>
    </Section>
  )
}

function Reactor({ reactor }: { reactor: ReactorExplanationView }) {
  const trace = reactor.trace as Json | undefined
  return (
    <li>
      <Told id={reactor.id} name={reactor.name} fired={reactor.fired}>
        <span className="pc-nothing">{why.version(reactor.version)}</span>
        <p>
          {reactor.text} {reactor.asked != null && why.asked(reactor.asked)}
        </p>
        {trace !== undefined && (
          <details className="pc-details">
            <summary>{why.trace}</summary>
            <ul className="pc-trace" aria-label={why.traceLabel(reactor.name)}>
              <Part part={trace} />
            </ul>
          </details>
        )}
      </Told>
      {reactor.fired && <Points value={reactor.points} />}
    </li>
  )
}

function NotAsked({ reactor }: { reactor: Unasked }) {
  return (
    <li>
      <IconCircleDashed size={18} className="pc-idle" aria-hidden />
      <div>
        <Link to="/reactors/$reactorId" params={{ reactorId: reactor.id }} search={{}}>
          {reactor.name}
        </Link>{' '}
        <Badge size="sm" variant="light" color="gray">
          {why.notAsked}
        </Badge>
        <p>{reactor.why}</p>
      </div>
    </li>
  )
}

/** One part of a constraint: what it came to, and the parts below it. */
function Part({ part }: { part: Json }) {
  if (!isObject(part)) return null
  const { text, value, detail, operands, cut } = part
  const below = Array.isArray(operands) ? operands : []
  const came = value === undefined ? String(detail ?? '') : why.is(writeExact(value))
  return (
    <li data-came={value === false || value === undefined ? 'false' : value === true ? 'true' : undefined}>
      <code>{String(text)}</code> <span>{came}</span>
      {below.length > 0 && (
        <ul>
          {below.map((one, place) => (
            <Part key={place} part={one} />
          ))}
        </ul>
      )}
      {cut === true && <p className="pc-nothing">{why.cut}</p>}
    </li>
  )
}
