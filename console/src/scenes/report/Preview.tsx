import { Alert, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { PreviewView } from '../../api/queries'
import { points, Points, Time } from '../../parts/values'
import { Verdicts } from '../../parts/Verdicts'

/** What reporting now would come to. Nothing has been recorded. */
export function Preview({ preview, isCurrent }: { preview: PreviewView; isCurrent: boolean }) {
  return (
    <section className="pc-section" aria-label="What would happen">
      <Group justify="space-between" mb="xs">
        <Text fw={600}>What would happen</Text>
        <Text size="sm">
          <Points value={preview.points} /> · balance after: {points(preview.balanceAfter)}
        </Text>
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
      <Verdicts verdicts={preview.verdicts} />
      <Text size="xs" c="dimmed" mt="xs">
        Nothing has been recorded.
      </Text>
    </section>
  )
}
