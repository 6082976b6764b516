// The place where `notify` speaks. It is always there, so that it is heard by who cannot see it.

import { ActionIcon, Button, Paper, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { parts } from '#words/parts'
import { ErrorNotice } from './notices'
import { dismiss, notify, useNotices, type Notice } from './notify'

const SHOWN_MS = 6_000
const SHOWN_WITH_UNDO_MS = 15_000

export function Notified() {
  const notices = useNotices()
  return (
    <div className="pc-notices" role="status" aria-live="polite" aria-label={parts.notices}>
      {notices.map((notice) => (
        <Shown key={notice.id} notice={notice} />
      ))}
    </div>
  )
}

function Shown({ notice }: { notice: Notice }) {
  const [isHeld, setIsHeld] = useState(false)
  const [isBusy, setIsBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  const stays = isHeld || isBusy || failure !== undefined
  useEffect(() => {
    if (stays) return
    const timer = setTimeout(() => dismiss(notice.id), notice.undo ? SHOWN_WITH_UNDO_MS : SHOWN_MS)
    return () => clearTimeout(timer)
  }, [stays, notice])

  const undo = async () => {
    setIsBusy(true)
    setFailure(undefined)
    try {
      await notice.undo?.()
      dismiss(notice.id)
      notify(parts.undone)
    } catch (error) {
      setFailure(error)
    }
    setIsBusy(false)
  }
  return (
    <Paper
      withBorder
      shadow="md"
      className="pc-notice"
      onMouseEnter={() => setIsHeld(true)}
      onMouseLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <Text size="sm" className="pc-grow pc-break">
        {notice.text}
      </Text>
      {notice.undo && (
        <Button size="xs" variant="default" loading={isBusy} onClick={() => void undo()}>
          {parts.undo}
        </Button>
      )}
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={parts.dismiss} onClick={() => dismiss(notice.id)}>
        <IconX size={14} />
      </ActionIcon>
      {failure ? <ErrorNotice error={failure} /> : null}
    </Paper>
  )
}
