// The programme itself: what it is called, its zone, what holds for its members and its keys.

import { Button, Checkbox, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { programme as words, settings } from '#words/system'
import { call } from '../../api/client'
import { parseExact, writeExact } from '../../api/exactJson'
import * as api from '../../api/generated/sdk.gen'
import { asProblem } from '../../api/problem'
import { restore } from '../../api/signIn'
import { tenantQuery, type OwnTenantView } from '../../api/system'
import { CodeEditor } from '../../parts/CodeEditor'
import { useDraft } from '../../parts/drafts'
import { Answered, ErrorNotice } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { written } from '../../parts/numbers'
import { Restored } from '../../parts/Restored'
import { OWNERS, useMayDo } from '../../parts/roles'
import { Facts, Id, JsonBlock } from '../../parts/values'

export function Programme() {
  const isOwner = useMayDo(OWNERS)
  return (
    <Answered query={useQuery(tenantQuery)} rows={6}>
      {(tenant) => (isOwner ? <Edit key={writeExact(tenant)} tenant={tenant} /> : <Shown tenant={tenant} />)}
    </Answered>
  )
}

const numbered = (value: number | null) => written(value) ?? words.none

function Shown({ tenant }: { tenant: OwnTenantView }) {
  return (
    <Stack>
      <Facts
        items={[
          [words.name, tenant.name],
          [words.zone, tenant.timeZone],
          [words.apiKey, <Id value={tenant.apiKey} what={words.apiKey} />],
          [words.rate, numbered(tenant.rateLimit)],
          [words.burst, numbered(tenant.rateBurst)],
          [words.adjustment, numbered(tenant.adjustmentLimit)],
          [words.debt, numbered(tenant.debtLimit)],
        ]}
      />
      {tenant.profileSchema ? <JsonBlock value={tenant.profileSchema} label={words.schema} /> : null}
    </Stack>
  )
}

const LIMITS = [
  { name: 'adjustmentLimit', label: words.adjustment, about: words.adjustmentAbout },
  { name: 'debtLimit', label: words.debt, about: words.debtAbout },
] as const
const FLAGS = [
  { name: 'allowDuplicateEmailAddress', label: words.sharedEmail },
  { name: 'allowDuplicateTelephoneNumber', label: words.sharedPhone },
  { name: 'deleteAuthIdentifiers', label: words.freeNames },
] as const

function Edit({ tenant }: { tenant: OwnTenantView }) {
  const queries = useQueryClient()
  const before = draftOf(tenant)
  const kept = useDraft(`programme ${tenant.version}`, before)
  const { draft } = kept
  const setDraft = (next: typeof draft) => kept.change(() => next)
  const [failure, setFailure] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const problem = failure ? asProblem(failure) : undefined
  const faultAt = (pointer: string) => problem?.at(pointer)['']?.join(' ')
  const isWrong = !isJson(draft.profileSchema) || LIMITS.some(({ name }) => draft[name] !== '' && !/^\d{1,15}$/.test(draft[name]))
  const isSame = !isWrong && Object.keys(changesOf(before, draft)).length === 0

  const put = async (body: object) => {
    await call((to) => api.patchTenant({ ...to, body: writeExact(body) as never }))
    await Promise.all([queries.invalidateQueries({ queryKey: tenantQuery.queryKey }), restore()])
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setIsBusy(true)
    setFailure(undefined)
    kept.forget()
    try {
      await put(changesOf(before, draft))
      notify(settings.saved, () => put(changesOf(draft, before)))
    } catch (error) {
      kept.keep()
      setFailure(error)
    }
    setIsBusy(false)
  }
  return (
    <form onSubmit={(event) => void save(event)} noValidate>
      <Stack maw={720}>
        <Restored kept={kept} />
        <TextInput
          label={words.name}
          error={faultAt('/name')}
          value={draft.name}
          onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        />
        <TextInput
          label={words.zone}
          description={words.zoneAbout}
          error={faultAt('/timeZone')}
          spellCheck={false}
          value={draft.timeZone}
          onChange={(event) => setDraft({ ...draft, timeZone: event.currentTarget.value })}
        />
        <div>
          <Text size="sm" fw={600}>
            {words.apiKey}
          </Text>
          <Text size="xs" c="dimmed">
            {words.apiKeyAbout}
          </Text>
          <Id value={tenant.apiKey} what={words.apiKey} />
        </div>
        <Title order={2} size="h4">
          {words.limits}
        </Title>
        <div className="pc-fields">
          {LIMITS.map(({ name, label, about }) => (
            <TextInput
              key={name}
              label={label}
              description={about}
              inputMode="numeric"
              error={faultAt(`/${name}`) ?? (draft[name] && !/^\d{1,15}$/.test(draft[name]) ? words.notNumber : undefined)}
              value={draft[name]}
              onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value.trim() })}
            />
          ))}
        </div>
        <Text size="sm">
          {words.moreLimits}{' '}
          <Link to="/settings/limits" search={{}}>
            {settings.tabs.limits}
          </Link>
          .
        </Text>
        <Title order={2} size="h4">
          {words.members}
        </Title>
        {FLAGS.map(({ name, label }) => (
          <Checkbox
            key={name}
            label={label}
            checked={draft.configuration[name]}
            onChange={(event) =>
              setDraft({ ...draft, configuration: { ...draft.configuration, [name]: event.currentTarget.checked } })
            }
          />
        ))}
        <CodeEditor
          label={words.schema}
          description={words.schemaAbout}
          value={draft.profileSchema}
          onChange={(profileSchema) => kept.change((now) => ({ ...now, profileSchema }))}
          faults={problem?.faults
            .filter((fault) => fault.pointer.startsWith('/profileSchema'))
            .map((fault) => ({ ...fault, pointer: fault.pointer.slice('/profileSchema'.length) }))}
          lines={{ min: 4, max: 20 }}
        />
        {problem && <ErrorNotice error={problem} />}
        <Group>
          <Button type="submit" loading={isBusy} disabled={isWrong || isSame}>
            {settings.save}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function isJson(text: string): boolean {
  try {
    return text.trim() === '' || parseExact(text) !== undefined
  } catch {
    return false
  }
}

function draftOf(tenant: OwnTenantView) {
  const { allowDuplicateEmailAddress, allowDuplicateTelephoneNumber, deleteAuthIdentifiers } = tenant.configuration
  return {
    name: tenant.name,
    timeZone: tenant.timeZone,
    adjustmentLimit: String(tenant.adjustmentLimit ?? ''),
    debtLimit: String(tenant.debtLimit ?? ''),
    configuration: { allowDuplicateEmailAddress, allowDuplicateTelephoneNumber, deleteAuthIdentifiers },
    profileSchema: tenant.profileSchema ? writeExact(tenant.profileSchema, 2) : '',
  }
}

type Draft = ReturnType<typeof draftOf>

/** Of two drafts what the second says otherwise: nobody else's change of the rest is written over. */
function changesOf(before: Draft, draft: Draft): object {
  const [old, now] = [bodyOf(before), bodyOf(draft)]
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => writeExact(value) !== writeExact(old[name])))
}

function bodyOf(draft: Draft): Record<string, unknown> {
  const number = (text: string) => (text === '' ? null : Number(text))
  return {
    ...draft,
    adjustmentLimit: number(draft.adjustmentLimit),
    debtLimit: number(draft.debtLimit),
    profileSchema: draft.profileSchema.trim() === '' ? null : parseExact(draft.profileSchema),
  }
}
