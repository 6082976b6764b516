import { Alert, Stack, Text } from '@mantine/core'
import { IconCopyOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { isObject } from '../../api/exactJson'
import type { Problem } from '../../api/problem'
import { Time } from '../../parts/values'
import { useSecondsLeft } from '../../parts/wait'

/** The same event was just reported: which one it is, and when another may follow. */
export function Duplicate({ problem }: { problem: Problem }) {
  const left = useSecondsLeft(problem, Number(problem.members.secondsLeft ?? 0))
  const original = isObject(problem.members.event) ? problem.members.event : {}
  return (
    <Alert color="orange" variant="light" icon={<IconCopyOff />} title="This event is already there" role="alert">
      <Stack gap="xs">
        <Text size="sm">
          The same event was reported at <Time value={String(original.reportedAt)} />.{' '}
          <Link to="/events/$eventId" params={{ eventId: String(original.id) }} search={{}}>
            Open the original
          </Link>
        </Text>
        <Text size="sm" aria-live="off">
          {left > 0 ? (
            <>
              If this is another one, report it in <b>{left} s</b>, or let the payload differ.
            </>
          ) : (
            'If this is another one, it can be reported now.'
          )}
        </Text>
      </Stack>
    </Alert>
  )
}
