// The speeds that are usual. They stand in the tenant, as one list: each change sends the whole of it, and only if it is
// still the one that was read.

import { useQuery } from '@tanstack/react-query'
import { velocity as words } from '#words/limits'
import { call } from '../../../api/client'
import { writeExact } from '../../../api/exactJson'
import { getTenant, patchTenant } from '../../../api/generated/sdk.gen'
import type { VelocityLimitView } from '../../../api/generated/types.gen'
import { asProblem, OTHER_VERSION, Problem } from '../../../api/problem'
import { eventTypesQuery } from '../../../api/queries'
import { ifVersion } from '../../../api/system'
import type { Noun } from '../../../parts/noun'
import type { Field } from '../../../parts/editor'
import { OWNERS } from '../../../parts/roles'

type Row = VelocityLimitView & { id: string }

const CONFLICT = 409
const ATTEMPTS = 5

function useFields(): Field[] {
  const types = useQuery(eventTypesQuery).data ?? []
  return [
    { kind: 'text', at: '/name', label: words.name, hint: words.nameHint, required: true },
    {
      kind: 'choice',
      at: '/per',
      label: words.per,
      hint: words.perHint,
      options: Object.entries(words.pers).map(([value, label]) => ({ value, label })),
      initially: 'SUBJECT_AND_SOURCE',
      required: true,
    },
    {
      kind: 'choice',
      at: '/eventType',
      label: words.eventType,
      none: words.anyType,
      options: types.filter((type) => !type.isIntrinsic).map(({ name }) => ({ value: name, label: name })),
    },
    { kind: 'number', at: '/eventsMax', label: words.eventsMax, hint: words.oneOfBoth },
    { kind: 'number', at: '/pointsMax', label: words.pointsMax, hint: words.oneOfBoth },
    { kind: 'number', at: '/windowMinutes', label: words.window, initially: '60', required: true },
  ]
}

const bare = ({ id: _, ...limit }: Row): VelocityLimitView => limit

const read = async (signal?: AbortSignal) => (await call((to) => getTenant(to), signal)).data

/** Changes the list as it is now, at the place where `before` stands. Throws: Problem, as of the one that is changed. */
async function put(before: Row | undefined, after: object | undefined): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const { velocityLimits: limits, version } = await read()
    const place = before ? limits.findIndex((one) => writeExact(one) === writeExact(bare(before))) : limits.length
    if (place < 0) throw new Problem(CONFLICT, 'conflict', words.changed, words.changedWhy)
    const sent: object[] = [...limits.slice(0, place), ...(after ? [after] : []), ...limits.slice(place + (before ? 1 : 0))]
    try {
      await call((to) => patchTenant({ ...to, body: { velocityLimits: sent } as never, headers: ifVersion(version) }))
      return place
    } catch (fault) {
      const problem = asProblem(fault)
      // Somebody has saved another one, or anything else of the programme, since it was read.
      if (problem.status !== OTHER_VERSION || attempt === ATTEMPTS) throw problem.below(`/velocityLimits/${place}`)
    }
  }
}

const mostOf = ({ eventsMax, pointsMax }: Row) =>
  [eventsMax === null ? '' : words.events(eventsMax), pointsMax === null ? '' : words.points(pointsMax)].filter(Boolean).join(words.or)

export const VELOCITY: Noun<Row> = {
  key: 'velocity limits',
  words,
  nameOf: (limit) => limit.name,
  read: async (signal) => (await read(signal)).velocityLimits.map((limit, place) => ({ ...limit, id: String(place) })),
  columns: [
    { name: words.most, cell: mostOf },
    { name: words.window, cell: (limit) => words.minutes(limit.windowMinutes) },
    { name: words.per, cell: (limit) => words.pers[limit.per] ?? limit.per },
    { name: words.eventType, cell: (limit) => limit.eventType ?? words.anyType },
  ],
  useFields,
  create: async (body) => ({ id: String(await put(undefined, body)) }),
  change: (limit, body) => put(limit, { ...bare(limit), ...(body as object) }),
  remove: (limit) => put(limit, undefined),
  roles: OWNERS,
}
