// What is known of an event besides what was reported: what enhancers added, and where it comes from.

import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { event as all } from '#words/event'
import { isObject, writeExact, type Json, type JsonObject } from '../../api/exactJson'
import type { EventView } from '../../api/queries'
import { Section } from '../../parts/Page'
import { Facts, Id, JsonBlock } from '../../parts/values'

const words = all.known

export function Known({ event }: { event: EventView }) {
  const { cloudEvent, ...context } = isObject(event.context) ? event.context : ({} as JsonObject)
  // `facts` is what rules read of the user and the wallet, and `parked` stands among the reactions.
  const origins = Object.entries(context).filter(([name]) => name !== 'facts' && name !== 'parked')
  const reversed = event.type === 'EVENT_REVERSED' && isObject(event.payload) ? event.payload.eventId : undefined
  return (
    <>
      {event.enhanced != null && (
        <Section title={words.enhancers}>
          <Text size="sm" c="dimmed" mb="xs">
            {words.enhancersText}
          </Text>
          <JsonBlock value={event.enhanced} label={words.enhancersLabel} />
        </Section>
      )}
      {(origins.length > 0 || reversed !== undefined) && (
        <Section title={words.origin}>
          <Facts
            items={[
              ...(reversed === undefined
                ? []
                : [[words.reverses, <OtherEvent key="r" id={String(reversed)} />] as [string, ReactNode]]),
              ...origins.map(originOf),
            ]}
          />
        </Section>
      )}
      {isObject(cloudEvent) && (
        <Section title={words.cloudEvent}>
          <Facts items={Object.entries(cloudEvent).map(([name, value]) => [name, textOf(value)])} />
        </Section>
      )}
    </>
  )
}

function originOf([name, value]: [string, Json]): [string, ReactNode] {
  const text = textOf(value)
  switch (name) {
    case 'nearDuplicateOf':
      return [words.near, <OtherEvent key={name} id={text} />]
    case 'duplicateOf':
      return [words.duplicate, <OtherEvent key={name} id={text} />]
    case 'releasedFrom':
      return [words.released, <Entry key={name} list={words.log} id={text} what={words.entry} />]
    case 'resubmittedFrom':
      return [words.resubmitted, <Entry key={name} list={words.quarantine} id={text} what={words.entry} />]
    case 'causedBy':
      return [words.cause, isObject(value) ? <Cause key={name} cause={value} /> : text]
    default:
      return [name, text]
  }
}

/** The event that this one followed from, by its type. */
function Cause({ cause }: { cause: JsonObject }) {
  return (
    <Link to="/events/$eventId" params={{ eventId: String(cause.eventId) }} search={{}}>
      {String(cause.type ?? cause.eventId)}
    </Link>
  )
}

function OtherEvent({ id }: { id: string }) {
  return (
    <Link to="/events/$eventId" params={{ eventId: id }} search={{}}>
      {id}
    </Link>
  )
}

function Entry({ list, id, what }: { list: string; id: string; what: string }) {
  return (
    <>
      {list}
      <Id value={id} what={what} />
    </>
  )
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : writeExact(value)
}
