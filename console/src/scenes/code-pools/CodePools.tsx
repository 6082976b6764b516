// Codes of suppliers, uploaded for vouchers to take.

import { Link } from '@tanstack/react-router'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { CodePoolView } from '../../api/generated/types.gen'
import { Collection } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import { written } from '../../parts/numbers'
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
  page: (query, signal) => call((to) => api.listPools({ ...to, query }), signal),
  one: async (id, signal) => (await call((to) => api.getPool({ ...to, path: { id } }), signal)).data,
  columns: [
    { name: codePools.description, cell: (pool) => pool.description },
    { name: codePools.lowMark, isNumber: true, cell: (pool) => written(pool.lowMark) ?? codePools.noMark },
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
  return <Collection noun={CODE_POOLS} search={codePools.search} />
}
