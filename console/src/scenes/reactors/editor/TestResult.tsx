import { Alert, Stack, Text } from '@mantine/core'
import { editor } from '#words/reactor-editor'
import { isObject, writeExact, type Json } from '../../../api/exactJson'
import type { PreviewView } from '../../../api/queries'
import { FaultList } from '../../../parts/quarantine'
import { Verdicts } from '../../../parts/Verdicts'

type Props = { preview: PreviewView; isCurrent: boolean; sum: string }

/** What came of one event: the verdict of the reactor that was tried, why, and all others. */
export function TestResult({ preview, isCurrent, sum }: Props) {
  const { tried, verdicts } = preview
  const own = verdicts.find((verdict) => verdict.reactorId === tried?.reactorId)
  if (preview.quarantined) return <Alert color="orange" variant="light" title={editor.test.quarantined}><FaultList faults={preview.quarantined.faults} /></Alert>
  return (
    <Stack gap="sm" role="region" aria-label={editor.test.title}>
      {!isCurrent && (
        <Text size="sm" role="status">
          {editor.test.stale}
        </Text>
      )}
      {preview.duplicateOf && <Text size="sm">{editor.test.duplicate}</Text>}
      {own && (
        <Alert color={own.fired ? 'green' : 'gray'} variant="light" title={own.fired ? editor.test.fired : editor.test.idle}>
          <Text size="sm" className="pc-break">
            {own.reason}
          </Text>
        </Alert>
      )}
      {tried?.trace != null && (
        <>
          <Text size="sm" fw={600}>
            {editor.test.paths}
          </Text>
          <ul className="pc-trace">
            <Part part={tried.trace as Json} />
          </ul>
        </>
      )}
      {tried?.faults && tried.faults.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            {editor.test.breaks}
          </Text>
          <FaultList faults={tried.faults} />
        </>
      )}
      <Text size="sm" fw={600}>
        {editor.test.all}
      </Text>
      <Text size="sm">{sum}</Text>
      <Verdicts verdicts={verdicts} />
    </Stack>
  )
}

/** One part of a constraint, what it came to, and the parts below it. */
function Part({ part }: { part: Json }) {
  if (!isObject(part)) return null
  const operands = Array.isArray(part.operands) ? part.operands : []
  return (
    <li>
      <code>{String(part.text)}</code> <span aria-hidden>→</span> <b>{part.reason == null ? writeExact(part.value) : `${String(part.reason)}: ${String(part.detail)}`}</b>
      {operands.length > 0 && (
        <ul>
          {operands.map((operand, place) => (
            <Part key={place} part={operand} />
          ))}
        </ul>
      )}
    </li>
  )
}
