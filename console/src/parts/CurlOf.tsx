import { Code, Stack, Text } from '@mantine/core'
import { curl } from '../api/curl'
import { useSession } from '../api/session'
import { parts } from '#words/parts'
import { CopyButton } from './values'

type Props = { method?: string; path: string; body: string; summary: string; label: string; copy: string }

/** A call for a shell. `label` names the text, and `copy` the button. */
export function CurlOf({ method = 'POST', path, body, summary, label, copy }: Props) {
  const text = curl(method, path, useSession().tenant.apiKey, body)
  return (
    <details className="pc-details">
      <summary>{summary}</summary>
      <Stack gap="xs" mt="xs" align="flex-start">
        <Code block className="pc-json pc-whole" tabIndex={0} role="region" aria-label={label}>
          {text}
        </Code>
        <Text size="xs" c="dimmed">
          {parts.tokenHolds}
        </Text>
        <CopyButton text={text} label={copy} />
      </Stack>
    </details>
  )
}
