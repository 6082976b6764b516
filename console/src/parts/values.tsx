// Values as they are read: points, times, identifiers, JSON.

import { ActionIcon, Button, Code, Group, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { parts } from '#words/parts'
import { writeExact } from '../api/exactJson'
import { userQuery } from '../api/queries'
import { copy } from './copy'
import { nameOf } from './user'

// In files of their own: the stream opens with these and without the rest.
export { Points } from './Points'
export { signed } from './numbers'
export { Time } from './Instant'

export function points(value: number): string {
  return parts.points(value)
}

/** A user by name, where one can be had. */
export function UserLink({ id, tab }: { id: string; tab?: string }) {
  const { data } = useQuery({ ...userQuery(id), retry: false })
  return (
    <Link to="/users/$userId" params={{ userId: id }} search={{ tab }}>
      {data ? nameOf(data) : id}
    </Link>
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
      {done === null ? props.label : done ? parts.copied : parts.copyByHand}
    </Button>
  )
}

/** An identifier in full, with a way to copy it. */
export function Id({ value, what = parts.id }: { value: string; what?: string }) {
  const [done, setDone] = useState(false)
  return (
    <Group gap={4} wrap="nowrap">
      <Code className="pc-break">{value}</Code>
      <Tooltip label={done ? parts.copied : parts.copy(what)}>
        <ActionIcon
          variant="subtle"
          size="sm"
          aria-label={parts.copy(what)}
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
          <dd>{value ?? <span className="pc-nothing">{parts.none}</span>}</dd>
        </div>
      ))}
    </dl>
  )
}
