// Who has a badge, and giving it to somebody.

import { Button, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { BadgeView, HolderView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { UserChoice } from '../../parts/choices'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { useOpened } from '../../parts/inFront'
import { Empty } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { Paged, pagesQuery } from '../../parts/Paged'
import { HELPERS, useMayDo } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { Time, UserLink } from '../../parts/values'
import { badges } from '#words/badges'

const holdersQuery = (id: string) =>
  pagesQuery<HolderView>(['badge holders', id], (cursor, signal) =>
    call((to) => api.listBadgeHolders({ ...to, path: { id }, query: { limit: 20, cursor } }), signal),
  )

const COLUMNS: Column<HolderView>[] = [
  {
    name: badges.member,
    cell: (holder) => <UserLink id={holder.id} />,
  },
  { name: badges.times, isNumber: true, cell: (holder) => holder.count },
  { name: badges.last, cell: (holder) => <Time value={holder.lastEarnedAt} /> },
]

export default function Holders({ badge, onClose }: { badge: BadgeView; onClose: () => void }) {
  const mayAward = useMayDo(HELPERS) && badge.status === 'ACTIVE'
  const awarding = useOpened('award')
  if (awarding.isOpen) return mayAward ? <Award badge={badge} onClose={awarding.close} /> : null
  return (
    <Dialog title={badges.holdersOf(badge.internalName)} onClose={onClose} size="lg">
      <Stack>
        <Paged
          query={holdersQuery(badge.id)}
          columns={COLUMNS}
          idOf={(holder) => holder.id}
          empty={<Empty title={badges.nobody}>{badges.nobodyYet}</Empty>}
        />
        {mayAward && (
          <Button className="pc-start" onClick={() => awarding.open(badge.id)}>
            {badges.award}
          </Button>
        )}
      </Stack>
    </Dialog>
  )
}

function Award({ badge, onClose }: { badge: BadgeView; onClose: () => void }) {
  const queries = useQueryClient()
  const [member, setMember] = useState<string>()
  const [comment, setComment] = useState('')
  const body = { badgeId: badge.id, beneficiaryId: member ?? '', ...(comment.trim() ? { comment: comment.trim() } : {}) }
  const award = async (headers: OnceHeaders) => {
    await call((to) => api.awardBadge({ ...to, body, headers }))
    notify(badges.awarded)
    await queries.invalidateQueries({ queryKey: ['badge holders', badge.id] })
    onClose()
  }
  return (
    <Dialog title={badges.awardTitle(badge.internalName)} onClose={onClose}>
      <DialogForm
        action={badges.award}
        isIncomplete={!member}
        body={body}
        send={award}
        onClose={onClose}
        places={['/beneficiaryId', '/comment']}
      >
        {(faultAt) => (
          <>
            <UserChoice label={badges.awardTo} required value={member} onChange={setMember} error={faultAt('/beneficiaryId')} />
            <TextInput
              label={badges.comment}
              description={badges.commentHint}
              value={comment}
              error={faultAt('/comment')}
              onChange={(event) => setComment(event.currentTarget.value)}
            />
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}
