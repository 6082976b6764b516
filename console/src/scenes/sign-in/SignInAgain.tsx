// The session has ended in the middle of something. It stays as it is, behind this.

import { Stack, Text } from '@mantine/core'
import { Dialog } from '../../parts/Dialog'
import { LinkForm } from './Door'

export default function SignInAgain({ tenant }: { tenant: string }) {
  return (
    <Dialog title="Your session has ended">
      <Stack>
        <Text size="sm">Sign in to {tenant} again to go on. What you have typed is still there.</Text>
        <LinkForm />
      </Stack>
    </Dialog>
  )
}
