import { Alert, Stack, Text } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { QuarantinedView } from '../../api/queries'
import { FaultList, NextSteps, whyKept } from '../../parts/quarantine'
import { Id, Time } from '../../parts/values'

/** The report waits in quarantine: it is no event, and nothing has followed from it. */
export function Kept({ kept, payload }: { kept: QuarantinedView; payload: unknown }) {
  return (
    <Alert color="orange" variant="light" icon={<IconInbox />} title="Kept in quarantine, not recorded" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {whyKept(kept.reason)} It waits since <Time value={kept.reportedAt} />, and no points have moved.{' '}
          <Link to="/events/$eventId" params={{ eventId: kept.id }} search={{}}>
            Open what waits
          </Link>
        </Text>
        <Id value={kept.id} what="quarantine id" />
        <FaultList faults={kept.faults} />
        <NextSteps id={kept.id} reason={kept.reason} payload={payload} />
      </Stack>
    </Alert>
  )
}
