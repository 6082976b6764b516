// The session has ended in the middle of something. It stays as it is, behind this.

import { Stack, Text } from '@mantine/core'
import { signIn as words } from '#words/sign-in'
import { Dialog } from '../../parts/Dialog'
import { WaysIn } from './Door'

export default function SignInAgain({ tenant }: { tenant: string }) {
  return (
    <Dialog title={words.again}>
      <Stack>
        <Text size="sm">{words.againWhy(tenant)}</Text>
        <WaysIn />
      </Stack>
    </Dialog>
  )
}
