// What is known of an event besides what was reported: what enhancers added, and where it comes from.

import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { isObject, writeExact, type Json, type JsonObject } from '../../api/exactJson'
import type { EventView } from '../../api/queries'
import { Section } from '../../parts/Page'
import { Facts, Id, JsonBlock } from '../../parts/values'

export function Known({ event }: { event: EventView }) {
  const { cloudEvent, ...context } = isObject(event.context) ? event.context : ({} as JsonObject)
  const origins = Object.entries(context)
  return (
    <>
      {event.enhanced != null && (
        <Section title="Added by enhancers">
          <Text size="sm" c="dimmed" mb="xs">
            The rules saw the payload with these keys. Where both have a key, what stands here counted.
          </Text>
          <JsonBlock value={event.enhanced} label="What enhancers added" />
        </Section>
      )}
      {origins.length > 0 && (
        <Section title="Where it comes from">
          <Facts items={origins.map(originOf)} />
        </Section>
      )}
      {isObject(cloudEvent) && (
        <Section title="CloudEvent attributes">
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
      return ['Near-duplicate of', <OtherEvent key={name} id={text} />]
    case 'duplicateOf':
      return ['Duplicate of', <OtherEvent key={name} id={text} />]
    case 'releasedFrom':
      return ['Released from', <Entry key={name} list="the log of duplicates, entry" id={text} what="id of the entry" />]
    case 'resubmittedFrom':
      return ['Resubmitted from', <Entry key={name} list="quarantine, entry" id={text} what="id of the entry" />]
    default:
      return [name, text]
  }
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
