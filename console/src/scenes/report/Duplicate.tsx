import { Alert, Stack, Text } from '@mantine/core'
import { IconCopyOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { isObject } from '../../api/exactJson'
import type { Problem } from '../../api/problem'
import { Time } from '../../parts/values'

const TICK_MS = 250

/** The same event was just reported: which one it is, and when another may follow. */
export function Duplicate({ problem }: { problem: Problem }) {
  const left = useSecondsLeft(problem)
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

function useSecondsLeft(problem: Problem): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    const end = performance.now() + Number(problem.members.secondsLeft ?? 0) * 1_000
    const look = () => setLeft(Math.max(0, Math.ceil((end - performance.now()) / 1_000)))
    look()
    const timer = setInterval(look, TICK_MS)
    return () => clearInterval(timer)
  }, [problem])
  return left
}
