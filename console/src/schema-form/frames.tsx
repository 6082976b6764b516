// What stands around a group of fields: its name, its description, its errors.

import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { schemaForm as words } from '#words/schema-form'
import type { NodeProps } from './field'

export function Frame(props: NodeProps & { onRemove?: () => void; children: ReactNode }) {
  const { description } = props.node.schema
  return (
    <fieldset className="pc-fieldset">
      <legend>
        {props.label}
        {props.required && !props.isItem && (
          <Text span size="xs" c="dimmed">
            {words.required}
          </Text>
        )}
        {props.onRemove && (
          <ActionIcon size="sm" variant="subtle" color="red" aria-label={words.remove(props.label)} onClick={props.onRemove}>
            <IconTrash size={14} />
          </ActionIcon>
        )}
      </legend>
      <Stack gap="sm">
        {typeof description === 'string' && (
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        )}
        <Faults errors={props.errors[props.pointer]} />
        {props.children}
      </Stack>
    </fieldset>
  )
}

export function Adding(props: NodeProps & { onAdd: () => void }) {
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {props.label}
        </Text>
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={props.onAdd}>
          {words.add(props.label)}
        </Button>
      </Group>
      <Faults errors={props.errors[props.pointer]} />
    </Stack>
  )
}

export function Faults({ errors }: { errors?: string[] }) {
  if (!errors?.length) return null
  return (
    <Text size="xs" c="var(--mantine-color-error)" role="alert">
      {errors.join(' ')}
    </Text>
  )
}
