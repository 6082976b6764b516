// Whom criteria mean.

import { Link } from '@tanstack/react-router'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { AudienceView } from '../../api/generated/types.gen'
import { Collection } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import { useCriteriaField } from '../../parts/CriteriaField'
import type { Field } from '../../parts/editor'
import { written } from '../../parts/numbers'
import { Time } from '../../parts/values'
import { audiences } from '#words/audiences'

const FREQUENCIES = Object.entries(audiences.frequencies).map(([value, label]) => ({ value, label }))

function useFields(row: AudienceView | undefined): Field[] {
  const place = row ? '/criteriaPatch' : '/criteriaDefinition'
  const criteria = useCriteriaField(`${place}/criteriaTree`, audiences.criteria, {
    required: true,
    read: (_, audience) => (audience as AudienceView).criteriaDefinition.criteriaTree,
  })
  return [
    { kind: 'text', at: '/name', label: audiences.name, required: true },
    {
      kind: 'choice',
      at: `${place}/triggerFrequency`,
      label: audiences.frequency,
      options: FREQUENCIES,
      initially: 'DAILY',
      required: true,
      read: (_, audience) => (audience as AudienceView).criteriaDefinition.triggerFrequency,
    },
    { kind: 'text', at: '/description', label: audiences.description, lines: 2, required: true },
    criteria,
    { kind: 'flag', at: '/isActive', label: audiences.active, hint: audiences.activeHint, initially: true },
    { kind: 'flag', at: '/sendAudienceJoinedEvent', label: audiences.joined, hint: audiences.joinedHint },
    { kind: 'flag', at: '/sendAudienceLeftEvent', label: audiences.left, hint: audiences.joinedHint },
  ]
}

export const AUDIENCES: Noun<AudienceView> = {
  key: 'audiences',
  words: audiences,
  nameOf: (audience) => audience.name,
  linkOf: (audience, name) => (
    <Link to="/audiences/$audienceId" params={{ audienceId: audience.id }} search={{}}>
      {name}
    </Link>
  ),
  page: (query, signal) => call((to) => api.listAudiences({ ...to, query }), signal),
  one: async (id, signal) => (await call((to) => api.getAudience({ ...to, path: { id } }), signal)).data,
  columns: [
    { name: audiences.size, isNumber: true, cell: (audience) => sizeOf(audience) },
    { name: audiences.frequency, cell: (audience) => audiences.frequencies[audience.criteriaDefinition.triggerFrequency] },
    { name: audiences.active, cell: (audience) => (audience.isActive ? audiences.yes : audiences.no) },
    { name: audiences.refreshed, cell: (audience) => (audience.refreshedAt ? <Time value={audience.refreshedAt} /> : audiences.never) },
  ],
  useFields,
  create: async (body, headers) => (await call((to) => api.createAudience({ ...to, body, headers }))).data,
  change: (audience, body, headers) => call((to) => api.patchAudience({ ...to, path: { id: audience.id }, body, headers })),
  remove: (audience, headers) => call((to) => api.deleteAudience({ ...to, path: { id: audience.id }, headers })),
  size: 'xl',
}

export const sizeOf = (audience: AudienceView) => written(audience.memberCount) ?? audiences.unknownSize

export function Audiences() {
  return <Collection noun={AUDIENCES} search={audiences.search} />
}
