// Where vouchers are honoured.

import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { VenueView } from '../../api/generated/types.gen'
import { useSession } from '../../api/session'
import { Collection } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import type { Field } from '../../parts/editor'
import { periodField } from '../../parts/fields'
import { wholeField } from '../../parts/wholeField'
import { venues } from '#words/venues'

function useFields(): Field[] {
  const zone = useSession().tenant.timeZone
  return [
    { kind: 'text', at: '/name', label: venues.name, required: true },
    { kind: 'text', at: '/externalIdentifier', label: venues.external, hint: venues.externalHint },
    { kind: 'text', at: '/address', label: venues.address, required: true },
    { kind: 'text', at: '/postcode', label: venues.postcode },
    wholeField('/coordinates', venues.where, [
      { name: 'latitude', label: venues.latitude, kind: 'number', hint: venues.degrees, required: true },
      { name: 'longitude', label: venues.longitude, kind: 'number', hint: venues.degrees, required: true },
    ]),
    periodField('/availability', venues.availability, zone, true),
    {
      kind: 'choice',
      at: '/type',
      label: venues.type,
      options: Object.entries(venues.types).map(([value, label]) => ({ value, label })),
      none: venues.noType,
    },
    { kind: 'text', at: '/description', label: venues.description, lines: 2 },
    wholeField('/attributes', venues.reached, [
      { name: 'telephoneNumber', label: venues.phone, kind: 'text' },
      { name: 'bookingUrl', label: venues.booking, kind: 'text' },
      { name: 'openingTimes', label: venues.hours, kind: 'json' },
    ]),
  ]
}

const isOpen = ({ availability: { start, end } }: VenueView) => {
  const now = Date.now()
  return Date.parse(start) <= now && (end == null || now < Date.parse(end))
}

export const VENUES: Noun<VenueView> = {
  key: 'venues',
  words: venues,
  nameOf: (venue) => venue.name,
  page: (query, signal) => call((to) => api.listVenues({ ...to, query }), signal),
  one: async (id, signal) => (await call((to) => api.getVenue({ ...to, path: { id } }), signal)).data,
  columns: [
    { name: venues.address, cell: (venue) => [venue.postcode, venue.address].filter(Boolean).join(' ') },
    { name: venues.external, cell: (venue) => venue.externalIdentifier },
    { name: venues.type, cell: (venue) => venue.type && (venues.types[venue.type] ?? venue.type) },
    { name: venues.open, cell: (venue) => venues.openOf(isOpen(venue)) },
  ],
  useFields,
  create: async (body, headers) => (await call((to) => api.createVenue({ ...to, body, headers }))).data,
  change: (venue, body, headers) => call((to) => api.patchVenue({ ...to, path: { id: venue.id }, body, headers })),
  remove: (venue, headers) => call((to) => api.deleteVenue({ ...to, path: { id: venue.id }, headers })),
  size: 'lg',
}

export function Venues() {
  return <Collection noun={VENUES} search={venues.search} />
}
