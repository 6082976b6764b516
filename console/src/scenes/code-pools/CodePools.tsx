// Codes of suppliers, uploaded for vouchers to take.

import { Link } from '@tanstack/react-router'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { CodePoolView } from '../../api/generated/types.gen'
import { everything } from '../../api/queries'
import { Collection, type Noun } from '../../parts/Collection'
import { Time } from '../../parts/values'
import { codePools } from '#words/code-pools'

export const CODE_POOLS: Noun<CodePoolView> = {
  key: 'code pools',
  words: codePools,
  nameOf: (pool) => pool.name,
  linkOf: (pool, name) => (
    <Link to="/code-pools/$poolId" params={{ poolId: pool.id }} search={{}}>
      {name}
    </Link>
  ),
  read: (signal) =>
    everything<CodePoolView>((cursor) => call((to) => api.listPools({ ...to, query: { limit: 1000, cursor } }), signal)),
  columns: [
    { name: codePools.description, cell: (pool) => pool.description },
    { name: codePools.lowMark, isNumber: true, cell: (pool) => pool.lowMark?.toLocaleString('en') ?? codePools.noMark },
    { name: codePools.active, cell: (pool) => (pool.active ? codePools.yes : codePools.no) },
    { name: codePools.created, cell: (pool) => <Time value={pool.createdAt} /> },
  ],
  useFields: () => [
    { kind: 'text', at: '/name', label: codePools.name, required: true },
    { kind: 'text', at: '/description', label: codePools.description, lines: 2 },
    { kind: 'number', at: '/lowMark', label: codePools.lowMark, hint: codePools.lowMarkHint },
    { kind: 'flag', at: '/active', label: codePools.active, hint: codePools.activeHint, initially: true },
  ],
  create: async (body, headers) => (await call((to) => api.createPool({ ...to, body, headers }))).data,
  change: (pool, body, headers) => call((to) => api.patchPool({ ...to, path: { id: pool.id }, body, headers })),
}

export function CodePools() {
  return <Collection noun={CODE_POOLS} />
}
