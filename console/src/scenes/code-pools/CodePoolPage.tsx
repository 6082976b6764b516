// One pool: how many codes are left, and which.

import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy } from 'react'
import { call } from '../../api/client'
import * as api from '../../api/generated/sdk.gen'
import type { CodePoolView, CodeView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { NounEditor } from '../../parts/NounEditor'
import { RowActions } from '../../parts/NounTable'
import { Confirm } from '../../parts/Confirm'
import { Answered, Empty } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { OpenButton } from '../../parts/OpenButton'
import { Page, Section } from '../../parts/Page'
import { Paged, pagesQuery } from '../../parts/Paged'
import { written } from '../../parts/numbers'
import { EDITORS, useMayDo } from '../../parts/roles'
import type { Column } from '../../parts/Table'
import { Facts, Id, Time } from '../../parts/values'
import { codePools } from '#words/code-pools'
import { parts } from '#words/parts'
import { CODE_POOLS } from './CodePools'

const UploadCodes = lazy(() => import('./UploadCodes'))
// Of a pool without a mark.
const LOW_MAX = 100

// Below the noun's own key, so that what changes pools renews it.
const poolQuery = (id: string) =>
  queryOptions({
    queryKey: [CODE_POOLS.key, id],
    queryFn: async ({ signal }) => (await call((to) => api.getPool({ ...to, path: { id } }), signal)).data,
  })

const codesQuery = (id: string) =>
  pagesQuery<CodeView>(['codes', id], (cursor, signal) =>
    call((to) => api.listCodes({ ...to, path: { pool_id: id }, query: { limit: 50, cursor } }), signal),
  )

export function CodePoolPage() {
  const { poolId } = useParams({ strict: false }) as { poolId: string }
  const query = useQuery(poolQuery(poolId))
  const mayEdit = useMayDo(EDITORS)
  const pool = query.data
  if (!pool)
    return (
      <Page title={codePools.pool}>
        <Answered query={query} rows={6} instead={<Link to="/code-pools">{codePools.back}</Link>}>
          {() => null}
        </Answered>
      </Page>
    )
  return (
    <Page title={pool.name} intro={pool.description} actions={mayEdit && <PoolActions pool={pool} />}>
      {pool.codesAvailable != null && pool.codesAvailable < (pool.lowMark ?? LOW_MAX) && (
        <Alert color="orange" variant="light" icon={<IconAlertTriangle />} role="note">
          {codePools.low(pool.codesAvailable)}
        </Alert>
      )}
      <Section title={codePools.facts}>
        <Facts
          items={[
            [parts.idOf, <Id key="id" value={pool.id} />],
            [codePools.available, written(pool.codesAvailable)],
            [codePools.taken, written(pool.codesTaken)],
            [codePools.lowMark, written(pool.lowMark) ?? codePools.noMark],
            [codePools.active, pool.active ? codePools.yes : codePools.no],
            [codePools.created, <Time key="t" value={pool.createdAt} />],
          ]}
        />
      </Section>
      {mayEdit && (
        <Section title={codePools.codes}>
          <Paged
            query={codesQuery(pool.id)}
            columns={COLUMNS}
            idOf={(code) => code.id}
            empty={<Empty title={codePools.noCodes}>{codePools.noCodesYet}</Empty>}
          />
        </Section>
      )}
      {mayEdit && <NounEditor noun={CODE_POOLS} rows={[pool]} />}
    </Page>
  )
}

const COLUMNS: Column<CodeView>[] = [
  { name: codePools.code, cell: (code) => <code>{code.value}</code> },
  { name: codePools.state, cell: (code) => (code.taken ? codePools.isTaken : codePools.isFree) },
  { name: codePools.takenAt, cell: (code) => code.takenAt && <Time value={code.takenAt} /> },
]

function PoolActions({ pool }: { pool: CodePoolView }) {
  const queries = useQueryClient()
  const clear = async (headers: OnceHeaders, close: () => void) => {
    const { data } = await call((to) => api.deleteCodes({ ...to, path: { pool_id: pool.id }, headers }))
    close()
    notify(codePools.cleared(data.deleted))
    for (const queryKey of [[CODE_POOLS.key], ['codes', pool.id]]) void queries.invalidateQueries({ queryKey })
  }
  return (
    <>
      <RowActions isOnPage noun={CODE_POOLS} row={pool} />
      <OpenButton name="clear" label={codePools.clear}>
        {(close) => (
          <Confirm title={codePools.clearTitle} action={codePools.clear} onConfirm={(headers) => clear(headers, close)} onClose={close}>
            {codePools.clearText}
          </Confirm>
        )}
      </OpenButton>
      <OpenButton name="upload" variant="filled" label={codePools.upload}>
        {(close) => <UploadCodes pool={pool} onClose={close} />}
      </OpenButton>
    </>
  )
}
