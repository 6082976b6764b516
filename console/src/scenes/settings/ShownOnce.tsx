// What is shown once and never again: a secret, a link.

import { Button, Code, Group, Stack, Text } from '@mantine/core'
import { settings } from '#words/system'
import { Dialog } from '../../parts/Dialog'
import { CopyButton } from '../../parts/values'

export type Once = { title: string; about: string; label: string; text: string; copy: string }

export function ShownOnce({ told: { title, about, label, text, copy }, onClose }: { told: Once; onClose: () => void }) {
  return (
    <Dialog title={title} onClose={onClose}>
      <Stack>
        <Text size="sm" className="pc-break">
          {about}
        </Text>
        <Code block className="pc-json" tabIndex={0} role="region" aria-label={label}>
          {text}
        </Code>
        <Group justify="flex-end">
          <CopyButton text={text} label={copy} />
          <Button onClick={onClose}>{settings.close}</Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
