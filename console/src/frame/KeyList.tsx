import { Kbd, Stack, Text } from '@mantine/core'
import { keys as words } from '#words/keys'
import { Dialog } from '../parts/Dialog'
import { useRole } from '../parts/roles'
import { Table } from '../parts/Table'
import { placesOf } from './keys'

export default function KeyList({ onClose }: { onClose: () => void }) {
  const places = placesOf(useRole()).filter(({ key }) => key)
  const rows = [
    { keys: ['Ctrl', 'K'], does: words.palette },
    { keys: ['/'], does: words.search },
    { keys: ['?'], does: words.help },
    { keys: ['Esc'], does: words.escape },
    ...places.map(({ key, name }) => ({ keys: ['g', key!], does: words.go(name) })),
  ]
  return (
    <Dialog title={words.title} onClose={onClose}>
      <Stack>
        <Text size="sm" c="dimmed">
          {words.about}
        </Text>
        <Table
          columns={[
            { name: words.key, cell: (row) => row.keys.map((key) => <Kbd key={key}>{key}</Kbd>) },
            { name: words.does, cell: (row) => row.does },
          ]}
          rows={rows}
          idOf={(row) => row.keys.join(' ')}
        />
      </Stack>
    </Dialog>
  )
}
