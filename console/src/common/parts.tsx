// The small parts that every page is made of.

import { ActionIcon, Alert, Button, Code, Group, Skeleton, Stack, Text, Title, Tooltip } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { writeExact } from '../api/exactJson'
import { asProblem } from '../api/problem'
import { useSession } from '../api/session'
import { copy } from './copy'
import { shown } from './time'

/** A page's frame: the one heading, what can be done, the title of the browser's tab. */
export function Page(props: { title: string; actions?: ReactNode; intro?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${props.title} · Punchcard`
  }, [props.title])
  return (
    <Stack gap="md" className="pc-page">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Title order={1} size="h2" ref={heading} tabIndex={-1} className="pc-heading" id="page-title">
          {props.title}
        </Title>
        <Group gap="xs">{props.actions}</Group>
      </Group>
      {props.intro && (
        <Text c="dimmed" size="sm" className="pc-prose">
          {props.intro}
        </Text>
      )}
      {props.children}
    </Stack>
  )
}

/** Moves the reader to the heading of a page that has just been opened. */
export function focusHeading(): void {
  document.getElementById('page-title')?.focus()
}

export function ErrorNotice(props: { error: unknown; onRetry?: () => void; children?: ReactNode }) {
  const problem = asProblem(props.error)
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={problem.title} role="alert" variant="light">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" className="pc-break">
          {problem.detail}
        </Text>
        {props.children}
        {problem.requestId && (
          <Text size="xs" c="dimmed" className="pc-break">
            Request {problem.requestId}: the server’s log has it under this number.
          </Text>
        )}
        {props.onRetry && (
          <Button size="xs" variant="default" onClick={props.onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

/** Nothing is here yet, and what would change that. */
export function Empty(props: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Stack className="pc-empty" gap="xs" align="center">
      <Text fw={600}>{props.title}</Text>
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
      <span className="pc-offscreen">Loading</span>
      {Array.from({ length: count }, (_, row) => (
        <Skeleton key={row} height={height} />
      ))}
    </Stack>
  )
}

/** A change of points, with its sign: never by colour alone. */
export function Points({ value }: { value: number }) {
  const kind = value > 0 ? 'up' : value < 0 ? 'down' : 'none'
  return <span className={`pc-points pc-points-${kind}`}>{signed(value)}</span>
}

export function signed(value: number): string {
  return value > 0 ? `+${value}` : value < 0 ? `−${Math.abs(value)}` : '0'
}

export function points(value: number): string {
  return `${value.toLocaleString('en')} ${Math.abs(value) === 1 ? 'point' : 'points'}`
}

export function Time({ value }: { value: string }) {
  const zone = useSession().tenant.timeZone
  return (
    <time dateTime={value} title={`${value} (shown: ${zone})`} className="pc-time">
      {shown(value, zone)}
    </time>
  )
}

export function CopyButton(props: { text: string; label: string }) {
  const [done, setDone] = useState<boolean | null>(null)
  const take = async () => {
    setDone(await copy(props.text))
    setTimeout(() => setDone(null), 2_000)
  }
  const icon = done ? <IconCheck size={14} /> : <IconCopy size={14} />
  return (
    <Button size="xs" variant="default" leftSection={icon} onClick={() => void take()} aria-live="polite">
      {done === null ? props.label : done ? 'Copied' : 'Select it and copy'}
    </Button>
  )
}

/** An identifier in full, with a way to copy it. */
export function Id({ value, what = 'id' }: { value: string; what?: string }) {
  const [done, setDone] = useState(false)
  return (
    <Group gap={4} wrap="nowrap">
      <Code className="pc-break">{value}</Code>
      <Tooltip label={done ? 'Copied' : `Copy ${what}`}>
        <ActionIcon
          variant="subtle"
          size="sm"
          aria-label={`Copy ${what}`}
          onClick={() => void copy(value).then(setDone)}
          onBlur={() => setDone(false)}
        >
          {done ? <IconCheck size={14} /> : <IconCopy size={14} />}
        </ActionIcon>
      </Tooltip>
    </Group>
  )
}

export function JsonBlock({ value, label }: { value: unknown; label: string }) {
  return (
    <Code block tabIndex={0} role="region" aria-label={label} className="pc-json">
      {writeExact(value, 2)}
    </Code>
  )
}

export function Facts({ items }: { items: [string, ReactNode][] }) {
  return (
    <dl className="pc-facts">
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? <span className="pc-nothing">none</span>}</dd>
        </div>
      ))}
    </dl>
  )
}

export function Section(props: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="pc-section">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {props.title}
        </Title>
        {props.actions}
      </Group>
      {props.children}
    </section>
  )
}
