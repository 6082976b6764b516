// Login systems whose tokens members call with.

import { Button, Group, NativeSelect, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { issuers as words, settings } from '#words/system'
import { call } from '../../api/client'
import { parseExact, writeExact } from '../../api/exactJson'
import * as api from '../../api/generated/sdk.gen'
import { ifVersion, issuersQuery, type IssuerView } from '../../api/system'
import { CodeEditor } from '../../parts/CodeEditor'
import { Confirm } from '../../parts/Confirm'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { Answered, Empty } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { OWNERS, useMayDo } from '../../parts/roles'
import { Table, type Column } from '../../parts/Table'
import { Time } from '../../parts/values'

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'HS256']
type Open = { what: 'add' } | { what: 'change' | 'remove'; issuer: IssuerView }

export function Issuers() {
  const query = useQuery(issuersQuery)
  const isOwner = useMayDo(OWNERS)
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  const columns: Column<IssuerView>[] = [
    { name: words.issuer, cell: (issuer) => <b className="pc-break">{issuer.issuer}</b> },
    { name: words.audience, cell: (issuer) => issuer.audience },
    { name: words.algorithm, cell: (issuer) => issuer.algorithm },
    { name: words.subject, cell: (issuer) => issuer.subjectClaim },
    { name: words.changed, cell: (issuer) => <Time value={issuer.updatedAt} /> },
  ]
  if (isOwner) columns.push({ name: settings.actions, cell: (issuer) => <Actions issuer={issuer} open={setOpen} /> })
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" className="pc-prose">
          {words.intro}
        </Text>
        {isOwner && <Button onClick={() => setOpen({ what: 'add' })}>{words.add}</Button>}
      </Group>
      <Answered query={query} rows={3}>
        {(issuers) =>
          issuers.length === 0 ? (
            <Empty title={words.none}>{words.noneYet}</Empty>
          ) : (
            <Table columns={columns} rows={issuers} idOf={(issuer) => issuer.id} />
          )
        }
      </Answered>
      {open?.what === 'add' && <Edit onClose={close} />}
      {open?.what === 'change' && <Edit issuer={open.issuer} onClose={close} />}
      {open?.what === 'remove' && <Remove issuer={open.issuer} onClose={close} />}
    </Stack>
  )
}

function Actions({ issuer, open }: { issuer: IssuerView; open: (what: Open) => void }) {
  return (
    <Group gap={4}>
      <Button size="compact-xs" variant="default" aria-label={settings.changeOf(issuer.issuer)} onClick={() => open({ what: 'change', issuer })}>
        {settings.change}
      </Button>
      <Button size="compact-xs" variant="default" aria-label={words.removeOf(issuer.issuer)} onClick={() => open({ what: 'remove', issuer })}>
        {words.remove}
      </Button>
    </Group>
  )
}

function Edit({ issuer, onClose }: { issuer?: IssuerView; onClose: () => void }) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState({
    issuer: issuer?.issuer ?? '',
    audience: issuer?.audience ?? '',
    algorithm: issuer?.algorithm ?? 'RS256',
    subjectClaim: issuer?.subjectClaim ?? 'sub',
  })
  const [jwks, setJwks] = useState(issuer?.jwks ? writeExact(issuer.jwks, 2) : '')
  const [secret, setSecret] = useState('')
  const isShared = draft.algorithm === 'HS256'
  const key = isShared ? (secret ? { secret } : {}) : jwks.trim() ? { jwks: keySetOf(jwks) } : {}
  const body = { ...draft, ...key } as never
  const isIncomplete = !draft.issuer || !draft.audience || (!issuer && Object.keys(key).length === 0)
  const field = (name: 'issuer' | 'audience' | 'subjectClaim', label: string, about: string, fault?: string) => (
    <TextInput
      label={label}
      description={about}
      error={fault}
      spellCheck={false}
      value={draft[name]}
      onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
    />
  )
  return (
    <Dialog title={issuer ? settings.changeOf(issuer.issuer) : words.add} onClose={onClose}>
      <DialogForm
        action={issuer ? settings.save : words.addAction}
        isIncomplete={isIncomplete}
        body={body}
        send={async (headers) => {
          if (issuer) {
            const path = { issuer_id: issuer.id }
            await call((to) => api.patchIssuer({ ...to, headers: ifVersion(issuer.version), path, body }))
          } else await call((to) => api.createIssuer({ ...to, headers, body }))
          onClose()
          notify(settings.saved)
          await queries.invalidateQueries({ queryKey: issuersQuery.queryKey })
        }}
        onClose={onClose}
      >
        {(faultAt) => (
          <>
            {field('issuer', words.issuer, words.issuerAbout, faultAt('/issuer'))}
            {field('audience', words.audience, words.audienceAbout, faultAt('/audience'))}
            <NativeSelect
              label={words.algorithm}
              data={ALGORITHMS}
              value={draft.algorithm}
              onChange={(event) => setDraft({ ...draft, algorithm: event.currentTarget.value })}
            />
            {isShared ? (
              <PasswordInput
                label={words.secret}
                description={words.secretAbout}
                autoComplete="off"
                error={faultAt('/secret')}
                value={secret}
                onChange={(event) => setSecret(event.currentTarget.value)}
              />
            ) : (
              <CodeEditor
                label={words.jwks}
                description={words.jwksAbout}
                value={jwks}
                onChange={setJwks}
                error={faultAt('/jwks') ?? faultAt('/jwks/keys')}
                lines={{ min: 5, max: 14 }}
              />
            )}
            {field('subjectClaim', words.subject, words.subjectAbout, faultAt('/subjectClaim'))}
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}

/** A text that is no JSON is sent as the text that it is, and the server says so. */
function keySetOf(text: string): unknown {
  try {
    return parseExact(text)
  } catch {
    return text
  }
}

function Remove({ issuer, onClose }: { issuer: IssuerView; onClose: () => void }) {
  const queries = useQueryClient()
  return (
    <Confirm
      title={words.removeTitle(issuer.issuer)}
      action={words.removeAction}
      onConfirm={async () => {
        await call((to) => api.deleteIssuer({ ...to, path: { issuer_id: issuer.id } }))
        onClose()
        notify(words.isRemoved)
        await queries.invalidateQueries({ queryKey: issuersQuery.queryKey })
      }}
      onClose={onClose}
    >
      {words.removeAbout}
    </Confirm>
  )
}
