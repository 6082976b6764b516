// What those who were invited can reach, and what both sides get for it.

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { call } from '../../api/client'
import { isObject, type Json, type JsonObject } from '../../api/exactJson'
import * as api from '../../api/generated/sdk.gen'
import type { TrancheView } from '../../api/generated/types.gen'
import { eventTypesQuery } from '../../api/queries'
import { useSession } from '../../api/session'
import { constraintField } from '../../conditions/constraintField'
import type { Noun } from '../../parts/noun'
import { asReference, type Field } from '../../parts/editor'
import { periodField } from '../../parts/fields'
import { TypeName } from '../../parts/TypeName'
import { POINTS } from '../reactors/editor/draft'
import { Reactions } from '../reactors/editor/Reactions'
import { useFacts } from '../reactors/editor/useFacts'
import { trancheWords as words } from '#words/campaigns'

const CONSTRAINT = constraintField(words, (eventType) => useFacts(eventType).facts)

const reactionsField = (at: string, label: string, initially: Json[]): Field => ({
  kind: 'own',
  at,
  label,
  initially,
  // The one that tells whoever has invited is the engine's own.
  read: (found) => (Array.isArray(found) ? found : []),
  render: (own) => (
    <fieldset className="pc-fieldset">
      <legend>{label}</legend>
      <Reactions reactions={(own.value ?? []) as JsonObject[]} onChange={own.onChange} faultAt={own.faultAt} />
    </fieldset>
  ),
})

function useFields(): Field[] {
  const zone = useSession().tenant.timeZone
  const types = useQuery(eventTypesQuery).data ?? []
  return [
    { kind: 'text', at: '/name', label: words.name, required: true },
    { kind: 'number', at: '/maxActivations', label: words.most, hint: words.mostHint },
    {
      kind: 'choice',
      at: '/eventType',
      label: words.eventType,
      options: types.map(({ id, name }) => ({ value: id, label: name })),
      required: true,
      isFixed: true,
      none: '',
      ...asReference,
    },
    CONSTRAINT,
    reactionsField('/reactions', words.reactions, [POINTS]),
    reactionsField('/referrerReactions', words.referrer, [POINTS]),
    periodField('/effectivity', words.effectivity, zone),
  ]
}

/** Nothing for whoever invites has a field of its own. */
function changesOf(body: JsonObject): JsonObject {
  const { referrerReactions, ...rest } = body
  const isNothing = referrerReactions === null || (Array.isArray(referrerReactions) && referrerReactions.length === 0)
  if (isNothing) return { ...rest, deleteReferrerReactions: true }
  return body
}

const countOf = (reactions: unknown) => (Array.isArray(reactions) ? reactions.filter(isObject).length : 0)

export const tranchesOf = (campaign: string): Noun<TrancheView> => ({
  key: `tranches ${campaign}`,
  words,
  nameOf: (tranche) => tranche.name,
  linkOf: (tranche, name) => (
    <Link to="/reactors/$reactorId" params={{ reactorId: tranche.reactor.id }} search={{}}>
      {name}
    </Link>
  ),
  page: (query, signal) => call((to) => api.listTranches({ ...to, path: { campaign_id: campaign }, query }), signal),
  columns: [
    { name: words.eventTypeColumn, cell: (tranche) => <TypeName id={tranche.eventType.id} /> },
    { name: words.mostColumn, cell: (tranche) => words.mostOf(tranche.maxActivations) },
    { name: words.gives, cell: (tranche) => words.givesOf(countOf(tranche.reactions), countOf(tranche.referrerReactions)) },
  ],
  useFields,
  create: async (body, headers) => (await call((to) => api.createTranche({ ...to, path: { campaign_id: campaign }, body, headers }))).data,
  change: ({ id }, body, headers) =>
    call((to) => api.patchTranche({ ...to, path: { campaign_id: campaign, id }, body: changesOf(body) as never, headers })),
  remove: ({ id }, headers) => call((to) => api.deleteTranche({ ...to, path: { campaign_id: campaign, id }, headers })),
  size: 'xl',
})
