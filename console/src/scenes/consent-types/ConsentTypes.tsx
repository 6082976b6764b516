// What members are asked to agree to.

import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { ConsentTypeView } from '../../api/generated/types.gen'
import { Collection } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import { Time } from '../../parts/values'
import { consentTypes } from '#words/consent-types'

export const CONSENT_TYPES: Noun<ConsentTypeView> = {
  key: 'consent types',
  words: consentTypes,
  nameOf: (type) => type.name,
  page: (query, signal) => call((to) => api.listConsentTypes({ ...to, query }), signal),
  one: async (id, signal) => (await call((to) => api.getConsentType({ ...to, path: { id } }), signal)).data,
  columns: [
    { name: consentTypes.required, cell: (type) => (type.required ? consentTypes.yes : consentTypes.no) },
    { name: consentTypes.priority, isNumber: true, cell: (type) => type.priority },
    { name: consentTypes.changed, cell: (type) => <Time value={type.updatedAt} /> },
  ],
  useFields: () => [
    { kind: 'text', at: '/name', label: consentTypes.name, required: true },
    { kind: 'flag', at: '/required', label: consentTypes.required, hint: consentTypes.requiredHint },
    { kind: 'number', at: '/priority', label: consentTypes.priority, hint: consentTypes.priorityHint },
  ],
  create: async (body, headers) => (await call((to) => api.createConsentType({ ...to, body, headers }))).data,
  change: (type, body, headers) => call((to) => api.patchConsentType({ ...to, path: { id: type.id }, body, headers })),
  remove: (type, headers) => call((to) => api.deleteConsentType({ ...to, path: { id: type.id }, headers })),
}

export function ConsentTypes() {
  return <Collection noun={CONSENT_TYPES} />
}
