import { Alert, Stack, Text } from '@mantine/core'
import { IconCopyOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { report } from '#words/report'
import { isObject } from '../../api/exactJson'
import type { Problem } from '../../api/problem'
import { eventQuery } from '../../api/queries'
import { JsonBlock, Time } from '../../parts/values'
import { useSecondsLeft } from '../../parts/wait'

const words = report.duplicate

/** The same event was just reported: which one it is, beside this one, and when another may follow. */
export function Duplicate({ problem, payload }: { problem: Problem; payload: unknown }) {
  const left = useSecondsLeft(problem, Number(problem.members.secondsLeft ?? 0))
  const original = isObject(problem.members.event) ? problem.members.event : {}
  const id = String(original.id)
  // One that waits in quarantine is no event: then its link is all there is.
  const { data: event } = useQuery({ ...eventQuery(id), retry: false })
  return (
    <Alert color="orange" variant="light" icon={<IconCopyOff />} title={words.title} role="alert">
      <Stack gap="xs">
        <Text size="sm">
          {words.text} <Time value={String(original.reportedAt)} />.{' '}
          <Link to="/events/$eventId" params={{ eventId: id }} search={{}}>
            {words.open}
          </Link>
        </Text>
        <Text size="sm" aria-live="off">
          {left > 0 ? (
            <>
              {words.left} <b>{left} s</b>
              {words.leftEnd}
            </>
          ) : (
            words.free
          )}
        </Text>
        {event && (
          <div className="pc-beside">
            <div>
              <Text size="sm" fw={600}>
                {words.original}
              </Text>
              <Text size="xs">
                {words.happened} <Time value={event.occurredAt} />
              </Text>
              <JsonBlock value={event.payload} label={words.originalPayload} />
            </div>
            <div>
              <Text size="sm" fw={600}>
                {words.this}
              </Text>
              <Text size="xs">{event.type}</Text>
              <JsonBlock value={payload} label={words.thisPayload} />
            </div>
          </div>
        )}
      </Stack>
    </Alert>
  )
}
