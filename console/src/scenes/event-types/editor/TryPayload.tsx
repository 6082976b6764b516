import { Alert, Button, Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { eventTypes } from '#words/event-types'
import { isObject, parseExact, writeExact, type Json } from '../../../api/exactJson'
import { CodeEditor } from '../../../parts/CodeEditor'
import { ErrorNotice } from '../../../parts/notices'
import { Section } from '../../../parts/Page'
import { FaultList } from '../../../parts/quarantine'
import { useSchemaCheck } from './useSchemaCheck'

const words = eventTypes.editor

/** A payload that is judged by the schema as it stands in the editor. */
export function TryPayload({ schema, allowUnknown }: { schema: Json | undefined; allowUnknown: boolean }) {
  const [typed, setTyped] = useState<string>()
  // Until something is typed there is the example that the schema makes, whatever becomes of the schema.
  const [example, setExample] = useState<Json>()
  const text = typed ?? writeExact(example ?? {}, 2)
  const payload = readable(text)
  const { check, isCurrent: isAnswered, error } = useSchemaCheck(schema, allowUnknown, payload)
  const made = check?.example
  const isCurrent = isAnswered && (typed !== undefined || example !== undefined)
  useEffect(() => {
    if (made !== undefined) setExample((made ?? {}) as Json)
  }, [writeExact(made)])
  const found = check?.faults ?? []
  const faults = found.filter((one) => one.pointer.startsWith('/payload')).map((one) => ({ pointer: one.pointer.slice('/payload'.length), detail: one.detail }))
  return (
    <Section title={words.tryTitle}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {words.tryHelp}
        </Text>
        <CodeEditor label={words.payload} value={text} onChange={setTyped} faults={isCurrent ? faults : undefined} lines={{ min: 6, max: 20 }} />
        <Button className="pc-start" size="xs" variant="default" disabled={made == null} onClick={() => setTyped(undefined)}>
          {words.takeExample}
        </Button>
        <div role="status">
          {error ? <ErrorNotice error={error} /> : null}
          {payload === undefined && <Text size="sm">{words.broken}</Text>}
          {isCurrent && check?.isTaken === true && <Alert color="green" variant="light" title={words.taken} />}
          {isCurrent && check?.isTaken === false && (
            <Alert color="orange" variant="light" title={words.refused}>
              <FaultList faults={found} />
            </Alert>
          )}
        </div>
      </Stack>
    </Section>
  )
}

function readable(text: string): Json | undefined {
  try {
    const read = parseExact(text.trim() === '' ? '{}' : text)
    return isObject(read) ? read : undefined
  } catch {
    return undefined
  }
}
