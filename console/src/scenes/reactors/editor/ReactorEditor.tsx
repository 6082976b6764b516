// A reactor is made or changed: what it is, when it fires, what it does, how often; and tried before it is saved.

import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { reactors as words } from '#words/reactors'
import { editor } from '#words/reactor-editor'
import type { JsonObject } from '../../../api/exactJson'
import type { ReactorView } from '../../../api/queries'
import { ConstraintEditor } from '../../../conditions/ConstraintEditor'
import { EventTypeChoice } from '../../../parts/choices'
import { useDraft } from '../../../parts/drafts'
import { Answered } from '../../../parts/notices'
import { Only } from '../../../parts/Only'
import { Page, Section } from '../../../parts/Page'
import { Restored } from '../../../parts/Restored'
import { EDITORS } from '../../../parts/roles'
import { reactorQuery } from '../queries'
import { BacktestPanel } from './BacktestPanel'
import { Bounds } from './Bounds'
import { changesOf, definitionOf, draftOf, isReadable, listOf, newDraft, withMember, type Draft } from './draft'
import { TextOf } from './fields'
import { Reactions } from './Reactions'
import { Saving, useSaving } from './Saving'
import { TestOnEvent } from './TestOnEvent'
import { useFacts } from './useFacts'

export function AddReactor() {
  const { type } = useSearch({ strict: false }) as { type?: string }
  return (
    <Only roles={EDITORS} title={words.add}>
      <Writing start={newDraft(type)} draftKey="reactor new" />
    </Only>
  )
}

export function ChangeReactor() {
  const { reactorId } = useParams({ strict: false }) as { reactorId: string }
  const query = useQuery({ ...reactorQuery(reactorId), staleTime: Infinity })
  if (query.data)
    return (
      <Only roles={EDITORS} title={query.data.name}>
        <Writing key={query.data.version} reactor={query.data} start={draftOf(query.data)} draftKey={`reactor ${reactorId}`} />
      </Only>
    )
  return (
    <Page title={words.one}>
      <Answered query={query} rows={8} instead={<Link to="/reactors">{words.all}</Link>}>
        {() => null}
      </Answered>
    </Page>
  )
}

type Props = { reactor?: ReactorView; start: Draft; draftKey: string }

function Writing({ reactor, start, draftKey }: Props) {
  const kept = useDraft(draftKey, start)
  const { draft, change } = kept
  const eventType = reactor ? reactor.eventType.id : (draft.body.eventType as string | undefined)
  const { type, facts } = useFacts(eventType)
  const saving = useSaving(reactor, kept)
  const setBody = (body: JsonObject) => change((before) => ({ ...before, body }))
  const { faultAt } = saving

  const changes = reactor ? changesOf(draft, reactor) : {}
  const canRead = isReadable(draft)
  const trial: JsonObject | undefined = !canRead || !type ? undefined : reactor ? { reactorId: reactor.id, changes } : { reactor: definitionOf(draft) }
  const common = { object: draft.body, onChange: setBody }
  return (
    <Page title={reactor ? editor.changeTitle(reactor.name) : editor.addTitle}>
      <Restored kept={kept} />
      <div className="pc-columns pc-columns-uneven">
        <div className="pc-stack">
          <Section title={editor.what}>
            <Stack gap="sm">
              {!reactor && (
                <EventTypeChoice
                  label={editor.eventType}
                  required
                  description={editor.typeFirst}
                  value={eventType}
                  error={faultAt('/eventType')}
                  onChange={(name) => change((before) => ({ ...before, body: withMember(before.body, 'eventType', name) }))}
                />
              )}
              <TextOf {...common} name="name" required label={editor.name} description={editor.nameHelp} error={faultAt('/name')} />
              <TextOf {...common} name="description" label={editor.description} error={faultAt('/description')} />
            </Stack>
          </Section>
          <Section title={editor.when}>
            <ConstraintEditor
              written={draft.constraint}
              facts={facts}
              error={faultAt('/constraint')}
              onChange={(constraint) => change((before) => ({ ...before, constraint }))}
            />
          </Section>
          <Section title={editor.does}>
            <Reactions
              reactions={listOf(draft.body, 'reactions')}
              onChange={(reactions) => setBody({ ...draft.body, reactions })}
              faultAt={(pointer) => faultAt(`/reactions${pointer}`)}
            />
          </Section>
          <Section title={editor.bounds}>
            <Bounds body={draft.body} onChange={setBody} faultAt={faultAt} isThere={reactor !== undefined} />
          </Section>
        </div>
        <div className="pc-stack">
          <TestOnEvent eventType={type?.name} trial={trial} />
          <BacktestPanel trial={trial} back={reactor ? `/reactors/${reactor.id}/edit` : '/reactors/new'} />
        </div>
      </div>
      <Saving reactor={reactor} draft={draft} changes={changes} canRead={canRead} hasType={type !== undefined} saving={saving} />
    </Page>
  )
}
