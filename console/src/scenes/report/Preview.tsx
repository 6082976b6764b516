import { Alert, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { report } from '#words/report'
import type { PreviewView } from '../../api/queries'
import { FaultList, whyKept } from '../../parts/quarantine'
import { JsonBlock, points, Points, Time } from '../../parts/values'
import { Verdicts } from '../../parts/Verdicts'

const words = report.would

/** What reporting now would come to. Nothing has been recorded. */
export function Preview({ preview, isCurrent }: { preview: PreviewView; isCurrent: boolean }) {
  const { quarantined, nearDuplicateOf } = preview
  return (
    <section className="pc-section" aria-label={words.title}>
      <Group justify="space-between" mb="xs">
        <Text fw={600}>{words.title}</Text>
        {!quarantined && (
          <Text size="sm">
            <Points value={preview.points} /> · {words.balance} {points(preview.balanceAfter)}
          </Text>
        )}
      </Group>
      {!isCurrent && (
        <Text size="sm" mb="xs" role="status">
          {words.stale}
        </Text>
      )}
      {preview.duplicateOf && (
        <Alert color="orange" variant="light" mb="sm" title={words.duplicate}>
          {words.duplicateText} <Time value={preview.duplicateOf.reportedAt} />:{' '}
          <Link to="/events/$eventId" params={{ eventId: preview.duplicateOf.id }} search={{}}>
            {words.openOriginal}
          </Link>
          .
        </Alert>
      )}
      {nearDuplicateOf && (
        <Alert color="blue" variant="light" mb="sm" title={words.near}>
          {words.nearText[0]}{' '}
          <Link to="/events/$eventId" params={{ eventId: nearDuplicateOf }} search={{}}>
            {words.nearText[1]}
          </Link>{' '}
          {words.nearText[2]}
        </Alert>
      )}
      {quarantined ? (
        <Alert color="orange" variant="light" title={words.kept}>
          <Text size="sm" mb="xs">
            {whyKept(quarantined.reason)} {words.keptText}
          </Text>
          <FaultList faults={quarantined.faults} />
        </Alert>
      ) : (
        <Verdicts verdicts={preview.verdicts} />
      )}
      <Following preview={preview} />
      {preview.enhanced != null && (
        <>
          <Text size="sm" mt="sm" mb={4}>
            {words.enhanced}
          </Text>
          <JsonBlock value={preview.enhanced} label={words.enhancedLabel} />
        </>
      )}
      <Text size="xs" c="dimmed" mt="xs">
        {words.nothing}
      </Text>
    </section>
  )
}

/** What would follow at once: events of the engine's own, which reactors see too. */
function Following({ preview: { followUps = [], parked = [] } }: { preview: PreviewView }) {
  if (followUps.length + parked.length === 0) return null
  return (
    <>
      <Text size="sm" mt="sm" mb={4}>
        {words.followUps}
      </Text>
      <ul className="pc-faults">
        {followUps.map((event, place) => (
          <li key={place}>
            {event.type} <Points value={event.points} />
          </li>
        ))}
        {parked.map((event, place) => (
          <li key={`parked ${place}`}>{words.parked(event.type)}</li>
        ))}
      </ul>
    </>
  )
}
