// An event type is made or changed: its schema as a form or as JSON, judged while it is written, and tried on a payload.

import { Button, Checkbox, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { eventTypes } from '#words/event-types'
import { writeExact, type Json, type JsonObject } from '../../../api/exactJson'
import { faultsAt } from '../../../api/problem'
import { eventTypesQuery, type EventTypeView } from '../../../api/queries'
import { CodeEditor } from '../../../parts/CodeEditor'
import { useDraft } from '../../../parts/drafts'
import { Answered, Empty } from '../../../parts/notices'
import { Only } from '../../../parts/Only'
import { Page, Section } from '../../../parts/Page'
import { Restored } from '../../../parts/Restored'
import { EDITORS } from '../../../parts/roles'
import { TextOf } from '../../reactors/editor/fields'
import { changesOf, draftOf, emptySchema, newDraft, schemaOf, settingsOf, type Draft } from './draft'
import { Saving, useSaving } from './Saving'
import { isTable } from './schemaTable'
import { SchemaTable } from './SchemaTable'
import { SettingsFields } from './SettingsFields'
import { TryPayload } from './TryPayload'
import { useSchemaCheck } from './useSchemaCheck'

const words = eventTypes.editor

export function AddEventType() {
  return (
    <Only roles={EDITORS} title={eventTypes.add}>
      <Writing start={newDraft()} draftKey="event type new" />
    </Only>
  )
}

export function ChangeEventType() {
  const { name } = useParams({ strict: false }) as { name: string }
  const query = useQuery(eventTypesQuery)
  const type = query.data?.find((one) => one.name === name || one.id === name)
  if (type)
    return (
      <Only roles={EDITORS} title={type.name}>
        <Writing key={type.id} type={type} start={draftOf(type)} draftKey={`event type ${type.id}`} />
      </Only>
    )
  return (
    <Page title={eventTypes.one}>
      <Answered query={query} rows={6}>
        {() => <Empty title={eventTypes.notThere(name)} action={<Link to="/event-types">{eventTypes.all}</Link>} />}
      </Answered>
    </Page>
  )
}

const ENHANCERS = ['RANDOM_NUMBER', 'AUDIENCE_ENHANCER', 'POINTS_ENHANCER', 'TIER', 'REFERRAL_DETAILS']

function Writing({ type, start, draftKey }: { type?: EventTypeView; start: Draft; draftKey: string }) {
  const kept = useDraft(draftKey, start)
  const { draft, change } = kept
  const saving = useSaving(type, kept)
  const { faultAt } = saving
  const setBody = (body: JsonObject) => change((before) => ({ ...before, body }))
  const common = { object: draft.body, onChange: setBody }
  const enhancers = Array.isArray(draft.body.enhancers) ? draft.body.enhancers : []
  const toggle = (name: string, isOn: boolean) =>
    setBody({ ...draft.body, enhancers: ENHANCERS.filter((one) => (one === name ? isOn : enhancers.includes(one))) })
  return (
    <Page title={type ? words.changeTitle(type.name) : words.addTitle}>
      <Restored kept={kept} />
      <div className="pc-columns pc-columns-uneven">
        <div className="pc-stack">
          <Section title={words.what}>
            <Stack gap="sm">
              <TextOf {...common} name="name" required label={words.name} description={words.nameHelp} error={faultAt('/name')} />
              <TextOf {...common} name="description" required label={words.description} description={words.descriptionHelp} error={faultAt('/description')} />
              <Checkbox label={words.isPrivate} checked={draft.body.isPrivate === true} onChange={(event) => setBody({ ...draft.body, isPrivate: event.currentTarget.checked })} />
              <Checkbox label={words.omit} checked={draft.body.omitFromUserActivity === true} onChange={(event) => setBody({ ...draft.body, omitFromUserActivity: event.currentTarget.checked })} />
            </Stack>
          </Section>
          <SchemaSection draft={draft} change={change} faultAt={faultAt} />
          <Section title={words.settings}>
            <SettingsFields settings={settingsOf(draft)} onChange={(settings) => setBody({ ...draft.body, settings })} faultAt={faultAt} />
          </Section>
          <Section title={words.enhancers}>
            <Stack gap="xs">
              {ENHANCERS.map((name) => (
                <Checkbox
                  key={name}
                  label={name}
                  description={eventTypes.words.enhancers[name]}
                  checked={enhancers.includes(name)}
                  onChange={(event) => toggle(name, event.currentTarget.checked)}
                />
              ))}
              {faultAt('/enhancers') && <p className="pc-fault">{faultAt('/enhancers')}</p>}
            </Stack>
          </Section>
        </div>
        <div className="pc-stack">
          <TryPayload schema={schemaOf(draft)} allowUnknown={settingsOf(draft).allowUnknown !== false} />
        </div>
      </div>
      <Saving type={type} draft={draft} changes={type ? changesOf(draft, type) : {}} saving={saving} />
    </Page>
  )
}

type SchemaProps = { draft: Draft; change: (change: (before: Draft) => Draft) => void; faultAt: (pointer: string) => string | undefined }

function SchemaSection({ draft, change, faultAt }: SchemaProps) {
  const schema = schemaOf(draft)
  const { check, isCurrent } = useSchemaCheck(schema, settingsOf(draft).allowUnknown !== false, undefined)
  const found = isCurrent && check && !check.isValid ? (check.faults ?? []) : []
  const faults = found.map((one) => ({ pointer: one.pointer.replace(/^\/schema/, ''), detail: one.detail }))
  const at = (pointer: string) => faultsAt(found, `/schema${pointer}`)['']?.join(' ') ?? faultAt(`/schema${pointer}`)
  const setText = (text: string) => change((before) => ({ ...before, schema: text }))
  if (draft.schema === undefined)
    return (
      <Section title={eventTypes.schema}>
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{words.noSchema}</Text>
          <Button size="xs" variant="default" onClick={() => setText(emptySchema)}>
            {words.addSchema}
          </Button>
        </Stack>
      </Section>
    )
  const table = isTable(schema as Json) ? (schema as JsonObject) : undefined
  return (
    <Section
      title={eventTypes.schema}
      actions={
        <Button.Group aria-label={words.views}>
          {(['form', 'json'] as const).map((view) => (
            <Button
              key={view}
              size="compact-xs"
              variant={draft.view === view ? 'light' : 'default'}
              aria-pressed={draft.view === view}
              onClick={() => change((before) => ({ ...before, view }))}
            >
              {words[view]}
            </Button>
          ))}
        </Button.Group>
      }
    >
      <Stack gap="sm">
        {draft.view === 'form' && table ? (
          <SchemaTable schema={table} onChange={(next) => setText(writeExact(next, 2))} faultAt={at} />
        ) : (
          <>
            {draft.view === 'form' && <Text size="sm">{schema === undefined ? words.unreadable : words.notTable}</Text>}
            <CodeEditor label={words.schemaText} value={draft.schema} onChange={setText} faults={faults} lines={{ min: 10, max: 30 }} />
          </>
        )}
        <div role="status">
          {found.length > 0 ? (
            <ul className="pc-faults">
              {found.map((one) => (
                <li key={one.pointer}>
                  <code>{one.pointer}</code> {one.detail}
                </li>
              ))}
            </ul>
          ) : (
            <Text size="xs" c="dimmed">
              {schema === undefined ? words.unreadable : isCurrent ? words.good : words.checking}
            </Text>
          )}
        </div>
        <Button className="pc-start" size="compact-xs" variant="subtle" color="red" onClick={() => change(({ schema: _, ...before }) => before)}>
          {words.dropSchema}
        </Button>
      </Stack>
    </Section>
  )
}
