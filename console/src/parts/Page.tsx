// A page: its one heading, what can be done, and its sections.

import { Group, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef, type ReactNode } from 'react'

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
