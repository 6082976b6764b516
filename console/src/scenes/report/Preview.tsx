import { Alert, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { PreviewView } from '../../api/queries'
import { FaultList, whyKept } from '../../parts/quarantine'
import { JsonBlock, points, Points, Time } from '../../parts/values'
import { Verdicts } from '../../parts/Verdicts'

/** What reporting now would come to. Nothing has been recorded. */
export function Preview({ preview, isCurrent }: { preview: PreviewView; isCurrent: boolean }) {
  const { quarantined, nearDuplicateOf } = preview
  return (
    <section className="pc-section" aria-label="What would happen">
      <Group justify="space-between" mb="xs">
        <Text fw={600}>What would happen</Text>
        {!quarantined && (
          <Text size="sm">
            <Points value={preview.points} /> · balance after: {points(preview.balanceAfter)}
          </Text>
        )}
      </Group>
      {!isCurrent && (
        <Text size="sm" mb="xs" role="status">
          You have changed the event since. Preview it again.
        </Text>
      )}
      {preview.duplicateOf && (
        <Alert color="orange" variant="light" mb="sm" title="It would be refused as a duplicate">
          The same event was reported at <Time value={preview.duplicateOf.reportedAt} />:{' '}
          <Link to="/events/$eventId" params={{ eventId: preview.duplicateOf.id }} search={{}}>
            open the original
          </Link>
          .
        </Alert>
      )}
      {nearDuplicateOf && (
        <Alert color="blue" variant="light" mb="sm" title="It would be recorded as a near-duplicate">
          It repeats what{' '}
          <Link to="/events/$eventId" params={{ eventId: nearDuplicateOf }} search={{}}>
            an earlier event of this user
          </Link>{' '}
          says, and its page would tell so. It is not refused for that.
        </Alert>
      )}
      {quarantined ? (
        <Alert color="orange" variant="light" title="It would be kept in quarantine, not recorded">
          <Text size="sm" mb="xs">
            {whyKept(quarantined.reason)} No reactor would see it until an administrator resubmits it.
          </Text>
          <FaultList faults={quarantined.faults} />
        </Alert>
      ) : (
        <Verdicts verdicts={preview.verdicts} />
      )}
      {preview.enhanced != null && (
        <>
          <Text size="sm" mt="sm" mb={4}>
            What enhancers would add for the rules to see. A random number is drawn anew each time.
          </Text>
          <JsonBlock value={preview.enhanced} label="What enhancers would add" />
        </>
      )}
      <Text size="xs" c="dimmed" mt="xs">
        Nothing has been recorded.
      </Text>
    </section>
  )
}
