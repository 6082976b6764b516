import { Button, Group } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { eventTypes as words } from '#words/event-types'
import { call } from '../../api/client'
import { patchEventType } from '../../api/generated/sdk.gen'
import type { EventTypeView } from '../../api/queries'
import { Confirm } from '../../parts/Confirm'
import { savedDraft } from '../../parts/drafts'
import { useOpened } from '../../parts/inFront'
import { ErrorNotice } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { EDITORS, useMayDo } from '../../parts/roles'

/** The buttons that change an event type, and archive it. */
export function Actions({ type }: { type: EventTypeView }) {
  const mayEdit = useMayDo(EDITORS)
  const queries = useQueryClient()
  const archiving = useOpened('archive')
  const [failure, setFailure] = useState<unknown>()
  if (!mayEdit || type.isIntrinsic) return null
  const activate = async (isActive: boolean) => {
    await call((to) => patchEventType({ ...to, path: { identifier: type.id }, body: { isActive } as never }))
    if (!isActive) archiving.close()
    notify(isActive ? words.archive.restored(type.name) : words.archive.done(type.name), isActive ? undefined : () => activate(true))
    await queries.invalidateQueries({ queryKey: ['event types'] })
  }
  const restore = () => {
    setFailure(undefined)
    activate(true).catch(setFailure)
  }
  return (
    <Group gap="xs">
      <Button component={Link} to="/event-types/$name/edit" params={{ name: type.name } as never} search={{} as never}>
        {savedDraft(`event type ${type.id}`) ? words.finishEdit : words.edit}
      </Button>
      {type.isActive ? (
        <Button variant="default" onClick={() => archiving.open()}>
          {words.archive.archive}
        </Button>
      ) : (
        <Button variant="default" onClick={restore}>
          {words.archive.restore}
        </Button>
      )}
      {failure ? <ErrorNotice error={failure} /> : null}
      {type.isActive && archiving.isOpen && (
        <Confirm title={words.archive.title(type.name)} action={words.archive.archive} onConfirm={() => activate(false)} onClose={archiving.close}>
          {words.archive.means}
        </Confirm>
      )}
    </Group>
  )
}
