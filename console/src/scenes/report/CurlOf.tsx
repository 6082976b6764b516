import { Code, Stack, Text } from '@mantine/core'
import { curl } from '../../api/curl'
import { useSession } from '../../api/session'
import { CopyButton } from '../../parts/values'

/** The call that the button makes, for a shell. */
export function CurlOf({ body }: { body: string }) {
  const text = curl('POST', '/v1/events', useSession().tenant.apiKey, body)
  return (
    <details className="pc-details">
      <summary>The same with curl</summary>
      <Stack gap="xs" mt="xs" align="flex-start">
        <Code block className="pc-json pc-whole" tabIndex={0} role="region" aria-label="curl">
          {text}
        </Code>
        <Text size="xs" c="dimmed">
          PUNCHCARD_TOKEN holds an administrator’s access token.
        </Text>
        <CopyButton text={text} label="Copy curl" />
      </Stack>
    </details>
  )
}
