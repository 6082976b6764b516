// When points run out, and what caps them.

import { Badge, Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { policies as words } from '#words/points-policies'
import { call } from '../../api/client'
import type { JsonObject } from '../../api/exactJson'
import * as api from '../../api/generated/sdk.gen'
import type { PointsPolicyView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { OpenButton } from '../../parts/OpenButton'
import { Collection } from '../../parts/Collection'
import type { Noun } from '../../parts/noun'
import { Confirm } from '../../parts/Confirm'
import { ErrorNotice } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { written } from '../../parts/numbers'
import { EDITORS, useMayDo } from '../../parts/roles'
import { Time } from '../../parts/values'
import { lengthOf } from '#words/counted'
import { POLICY_FIELDS } from './policyFields'

const KEY = 'points policies'

const POLICIES: Noun<PointsPolicyView> = {
  key: KEY,
  words: { ...words, intro: `${words.intro} ${words.daily}` },
  nameOf: (policy) => policy.name,
  page: (query, signal) => call((to) => api.listPointsPolicies({ ...to, query }), signal),
  one: async (id, signal) => (await call((to) => api.getPointsPolicy({ ...to, path: { id } }), signal)).data,
  columns: [
    { name: words.columns.type, cell: (policy) => words.types[policy.type] ?? policy.type },
    { name: words.columns.says, cell: (policy) => saidOf(policy.config as JsonObject) },
    {
      name: words.columns.state,
      cell: (policy) => (
        <Badge size="sm" variant="light" color={policy.isActive ? 'green' : 'gray'}>
          {policy.isActive ? words.active : words.resting}
        </Badge>
      ),
    },
    { name: words.columns.version, isNumber: true, cell: (policy) => policy.version },
    { name: words.columns.changed, cell: (policy) => <Time value={policy.updatedAt} /> },
  ],
  useFields: () => POLICY_FIELDS,
  create: async (body, headers) => (await call((to) => api.createPointsPolicy({ ...to, body, headers }))).data,
  change: ({ id, type, config }, body, headers) =>
    // A kind goes with its terms, and the terms with their kind.
    call((to) => api.patchPointsPolicy({ ...to, path: { id }, body: { ...wholeOf({ type, config }, body), ...(body as object) } as never, headers })),
  remove: ({ id }, headers) => call((to) => api.deletePointsPolicy({ ...to, path: { id }, headers })),
  actions: (policy) => <InForce policy={policy} />,
}

const wholeOf = (terms: object, body: object) => ('config' in body || 'type' in body ? terms : {})

export function PointsPolicies() {
  return <Collection noun={POLICIES} actions={useMayDo(EDITORS) && <Run />} />
}

/** A policy's terms in words. */
export function saidOf(config: JsonObject): string {
  const { says, units } = words
  const unit = (name: unknown) => units[String(name)] ?? String(name)
  if (config.after != null) {
    const after = lengthOf(String(config.after))
    if (config.onInactivity === true) return says.idle(after)
    return config.toEndOf == null ? says.expiry(after) : says.toEnd(after, unit(config.toEndOf))
  }
  if (config.rewardId != null) return says.buys
  const points = written(config.points as never)
  return config.per == null ? says.ever(points) : says.cap(points, unit(config.per))
}

/** Puts a policy in force or out of it, and lets what is due by it be done now. */
function InForce({ policy }: { policy: PointsPolicyView }) {
  const queries = useQueryClient()
  const [failure, setFailure] = useState<unknown>()
  const { id, name, isActive } = policy
  const put = async (wanted: boolean) => {
    await call((to) => api.patchPointsPolicy({ ...to, path: { id }, body: { isActive: wanted } as never }))
    await queries.invalidateQueries({ queryKey: [KEY] })
  }
  const turn = async () => {
    setFailure(undefined)
    try {
      await put(!isActive)
      notify(words.saved(name), () => put(isActive))
    } catch (error) {
      setFailure(error)
    }
  }
  const label = isActive ? words.rest : words.wake
  return (
    <>
      <Button size="compact-xs" variant="default" aria-label={words.of(label, name)} onClick={() => void turn()}>
        {label}
      </Button>
      <Run policy={policy} />
      {failure ? <ErrorNotice error={failure} /> : null}
    </>
  )
}

function Run({ policy }: { policy?: PointsPolicyView }) {
  const run = async (headers: OnceHeaders, close: () => void) => {
    if (policy) await call((to) => api.triggerOnePolicy({ ...to, body: { id: policy.id }, headers }))
    else await call((to) => api.triggerPointsPolicies({ ...to, headers } as never))
    close()
    notify(words.ran)
  }
  const label = policy ? words.run : words.runAll
  return (
    <OpenButton name="run" of={policy?.id} size={policy && 'compact-xs'} label={label} aria-label={policy && words.of(label, policy.name)}>
      {(close) => (
        <Confirm
          title={policy ? words.runTitle(policy.name) : words.runAllTitle}
          action={label}
          isHarmless
          onConfirm={(headers) => run(headers, close)}
          onClose={close}
        >
          {words.runMeans}
        </Confirm>
      )}
    </OpenButton>
  )
}
