import { Alert, Stack, Text } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { report } from '#words/report'
import type { QuarantinedView } from '../../api/queries'
import { FaultList, NextSteps, whyKept } from '../../parts/quarantine'
import { Id, Time } from '../../parts/values'

/** The report waits in quarantine: it is no event, and nothing has followed from it. */
export function Kept({ kept, payload }: { kept: QuarantinedView; payload: unknown }) {
  return (
    <Alert color="orange" variant="light" icon={<IconInbox />} title={report.kept.title} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {whyKept(kept.reason)} {report.kept.since} <Time value={kept.reportedAt} />
          {report.kept.nothing}{' '}
          <Link to="/events/$eventId" params={{ eventId: kept.id }} search={{}}>
            {report.kept.open}
          </Link>
        </Text>
        <Id value={kept.id} what={report.kept.id} />
        <FaultList faults={kept.faults} />
        <NextSteps id={kept.id} reason={kept.reason} payload={payload} />
      </Stack>
    </Alert>
  )
}
