// The payload as it was reported, and as the rules saw it where enhancers added to it.

import { Code, Tabs, Text } from '@mantine/core'
import { event as words } from '#words/event'
import { isObject, writeExact, type Json } from '../../api/exactJson'
import type { EventView } from '../../api/queries'
import { Section } from '../../parts/Page'
import { JsonBlock } from '../../parts/values'

export function Payload({ event }: { event: EventView }) {
  const { payload, enhanced } = event
  return (
    <Section title={words.payload.title}>
      {isObject(enhanced) && isObject(payload) ? (
        <Tabs defaultValue="reported" keepMounted={false}>
          <Tabs.List mb="sm">
            <Tabs.Tab value="reported">{words.payload.reported}</Tabs.Tab>
            <Tabs.Tab value="seen">{words.payload.seen}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="reported">
            <JsonBlock value={payload} label={words.payload.label} />
          </Tabs.Panel>
          <Tabs.Panel value="seen">
            <Text size="sm" c="dimmed" mb="xs">
              {words.payload.changed}
            </Text>
            <Code block tabIndex={0} role="region" aria-label={words.payload.seenLabel} className="pc-json">
              {'{\n'}
              {membersOf(payload, enhanced).map(({ text, isAdded }, place) =>
                isAdded ? <mark key={place}>{`+ ${text}\n`}</mark> : <span key={place}>{`  ${text}\n`}</span>,
              )}
              {'}'}
            </Code>
          </Tabs.Panel>
        </Tabs>
      ) : (
        <JsonBlock value={payload} label={words.payload.label} />
      )}
    </Section>
  )
}

/** The members of both, one a text; what enhancers have stands in the place of what was reported. */
function membersOf(payload: Record<string, Json>, enhanced: Record<string, Json>): { text: string; isAdded: boolean }[] {
  const names = [...new Set([...Object.keys(payload), ...Object.keys(enhanced)])]
  return names.map((name, place) => {
    const isAdded = Object.hasOwn(enhanced, name)
    const value = writeExact(isAdded ? enhanced[name] : payload[name], 2).replaceAll('\n', '\n  ')
    return { text: `${JSON.stringify(name)}: ${value}${place < names.length - 1 ? ',' : ''}`, isAdded }
  })
}
