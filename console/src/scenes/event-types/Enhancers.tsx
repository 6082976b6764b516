import { Alert } from '@mantine/core'
import { eventTypes } from '#words/event-types'
import type { EventTypeView } from '../../api/queries'
import { Empty } from '../../parts/notices'
import { enhancerOf } from './words'

/** What is added to each event for the rules to see, in the order in which it is done. */
export function Enhancers({ type }: { type: EventTypeView }) {
  if (type.enhancers.length === 0) return <Empty title={eventTypes.noEnhancers}>{eventTypes.noEnhancersMeans}</Empty>
  return (
    <>
      <ul className="pc-faults">
        {type.enhancers.map((name) => (
          <li key={name}>
            <code>{name}</code> {enhancerOf(name)}
          </li>
        ))}
      </ul>
      {type.notices?.map((notice) => (
        <Alert key={notice} color="orange" variant="light" mt="sm" role="note" title={eventTypes.follows}>
          {notice}
        </Alert>
      ))}
    </>
  )
}
