// The codes by which members invite.

import { Group } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { ReferralCodeView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { Confirm } from '../../parts/Confirm'
import { Editor } from '../../parts/Editor'
import type { Field } from '../../parts/editor'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { Section } from '../../parts/Page'
import { Paged, pagesQuery } from '../../parts/Paged'
import { written } from '../../parts/numbers'
import { HELPERS, useMayDo } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { UserLink } from '../../parts/values'
import { codeWords as words } from '#words/campaigns'

const keyOf = (campaign: string) => ['referral codes', campaign]

const codesQuery = (campaign: string) =>
  pagesQuery<ReferralCodeView>(keyOf(campaign), (cursor, signal) =>
    call((to) => api.listReferralCodes({ ...to, path: { campaign_id: campaign }, query: { limit: 50, cursor } }), signal),
  )

const COLUMNS: Column<ReferralCodeView>[] = [
  { name: words.member, cell: (code) => <UserLink id={code.user.id} /> },
  { name: words.code, cell: (code) => <code>{code.inviteCode}</code> },
  { name: words.clicks, isNumber: true, cell: (code) => written(code.clickCount) },
  { name: words.registered, isNumber: true, cell: (code) => written(code.registerCount) },
]
const FIELDS: Field[] = [
  { kind: 'text', at: '/inviteCode', label: words.code, required: true },
  { kind: 'text', at: '/inviteLink', label: words.link, hint: words.linkHint },
]

export function Codes({ campaign }: { campaign: string }) {
  const mayEdit = useMayDo(HELPERS)
  const doing: Column<ReferralCodeView> = { name: words.actions, cell: (code) => <Actions code={code} /> }
  return (
    <Section title={words.title}>
      <Paged
        query={codesQuery(campaign)}
        columns={mayEdit ? [...COLUMNS, doing] : COLUMNS}
        idOf={(code) => code.id}
        empty={<p className="pc-nothing">{words.none}</p>}
      />
    </Section>
  )
}

function Actions({ code }: { code: ReferralCodeView }) {
  const queries = useQueryClient()
  const path = { campaign_id: code.campaign.id, id: code.id }
  const over = async (close: () => void, said?: string) => {
    close()
    if (said) notify(said)
    await queries.invalidateQueries({ queryKey: keyOf(code.campaign.id) })
  }
  const save = async (body: object, headers: OnceHeaders, close: () => void) => {
    await call((to) => api.patchReferralCode({ ...to, path, body, headers: { ...headers, 'If-Match': `"${code.version}"` } }))
    await over(close, words.saved)
  }
  const remove = async (headers: OnceHeaders, close: () => void) => {
    await call((to) => api.deleteReferralCode({ ...to, path, headers }))
    await over(close)
  }
  const { inviteCode } = code
  return (
    <Group gap={4} wrap="nowrap">
      <OpenButton name="code" of={code.id} size="compact-xs" label={words.edit} about={inviteCode}>
        {(close) => (
          <Editor
            title={words.editTitle(inviteCode)}
            fields={FIELDS}
            row={code}
            action={words.save}
            send={(body, headers) => save(body, headers, close)}
            onClose={close}
          />
        )}
      </OpenButton>
      <OpenButton name="remove-code" of={code.id} size="compact-xs" variant="subtle" color="red" label={words.remove} about={inviteCode}>
        {(close) => (
          <Confirm title={words.removeTitle(inviteCode)} action={words.remove} onConfirm={(headers) => remove(headers, close)} onClose={close}>
            {words.removeText}
          </Confirm>
        )}
      </OpenButton>
    </Group>
  )
}
