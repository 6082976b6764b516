// What stands in a place when what belongs there does not, or not yet.

import { Alert, Button, Skeleton, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { parts } from '#words/parts'
import { asProblem, type Problem } from '../api/problem'
import { useSecondsLeft } from './wait'

export function ErrorNotice(props: { error: unknown; onRetry?: () => void; children?: ReactNode }) {
  const problem = asProblem(props.error)
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={problem.title} role="alert" variant="light">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" className="pc-break">
          {problem.detail}
        </Text>
        {problem.status === TOO_MANY && problem.retryAfterSeconds !== undefined && <Wait problem={problem} />}
        {props.children}
        {problem.requestId && (
          <Text size="xs" c="dimmed" className="pc-break">
            {parts.requestId(problem.requestId)}
          </Text>
        )}
        {props.onRetry && (
          <Button size="xs" variant="default" onClick={props.onRetry}>
            {parts.again}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

const TOO_MANY = 429

function Wait({ problem }: { problem: Problem }) {
  const left = useSecondsLeft(problem, problem.retryAfterSeconds ?? 0)
  return (
    <Text size="sm" aria-live="off">
      {left > 0 ? (
        <>
          {parts.wait} <b>{parts.seconds(left)}</b>.
        </>
      ) : (
        parts.noWait
      )}
    </Text>
  )
}

/** Nothing is here yet, and what would change that. */
export function Empty(props: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Stack className="pc-empty" gap="xs" align="center">
      <Text fw={600} ta="center">{props.title}</Text>
      <Text size="sm" c="dimmed" ta="center" component="div" className="pc-prose">
        {props.children}
      </Text>
      {props.action}
    </Stack>
  )
}

export function Rows({ count = 6, height = 36 }: { count?: number; height?: number }) {
  return (
    <Stack gap="xs" aria-busy="true" role="status">
      <span className="pc-offscreen">{parts.loading}</span>
      {Array.from({ length: count }, (_, row) => (
        <Skeleton key={row} height={height} />
      ))}
    </Stack>
  )
}

type Answered<T> = {
  query: { data: T | undefined; error: unknown; refetch: () => unknown }
  /** How many rows of the skeleton stand for it until it is there. */
  rows: number
  height?: number
  /** Beside the error: where else to go. */
  instead?: ReactNode
  children: (data: T) => ReactNode
}

/** What was asked for: while it comes, when it could not be had, and itself. */
export function Answered<T>({ query, rows, height, instead, children }: Answered<T>) {
  const { data, error, refetch } = query
  if (data !== undefined) return children(data)
  if (error)
    return (
      <ErrorNotice error={error} onRetry={() => void refetch()}>
        {instead}
      </ErrorNotice>
    )
  return <Rows count={rows} height={height} />
}

/** The way to the next page of a list. */
export function More({ query }: { query: UseInfiniteQueryResult }) {
  return (
    <>
      {query.isFetchNextPageError && <ErrorNotice error={query.error} />}
      {query.hasNextPage && (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {parts.more}
        </Button>
      )}
    </>
  )
}
