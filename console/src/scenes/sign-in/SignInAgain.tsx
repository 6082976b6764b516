// The session has ended in the middle of something. It stays as it is, behind this.

import { Modal, Stack, Text } from '@mantine/core'
import { LinkForm } from './Door'

export default function SignInAgain({ tenant }: { tenant: string }) {
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      lockScroll={false}
      zIndex={350}
      title="Your session has ended"
      centered
    >
      <Stack>
        <Text size="sm">Sign in to {tenant} again to go on. What you have typed is still there.</Text>
        <LinkForm />
      </Stack>
    </Modal>
  )
}
