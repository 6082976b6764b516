// When points run out, and what caps them.

import { Badge, Button, Checkbox, Group, NativeSelect, TextInput } from '@mantine/core'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { policies as words } from '#words/points-policies'
import { call } from '../../api/client'
import type { JsonObject } from '../../api/exactJson'
import { createPointsPolicy, deletePointsPolicy, listPointsPolicies, patchPointsPolicy, triggerOnePolicy, triggerPointsPolicies } from '../../api/generated/sdk.gen'
import type { PointsPolicyView } from '../../api/generated/types.gen'
import type { OnceHeaders } from '../../api/once'
import { rewardsQuery } from '../../api/queries'
import { Confirm } from '../../parts/Confirm'
import { Dialog } from '../../parts/Dialog'
import { DialogForm } from '../../parts/DialogForm'
import { Answered, Empty } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { Page } from '../../parts/Page'
import { EDITORS, useMayDo } from '../../parts/roles'
import { Table, type Column } from '../../parts/Table'
import { Time } from '../../parts/values'
import { lengthOf } from '../../parts/words'
import { typedNumber, withMember } from '../reactors/editor/draft'
import { ChoiceOf, NumberOf, TextOf } from '../reactors/editor/fields'

const policiesQuery = queryOptions({
  queryKey: ['points policies'],
  queryFn: async ({ signal }) => (await call((to) => listPointsPolicies({ ...to, query: { limit: 1000 } }), signal)).data,
})

export function PointsPolicies() {
  const { edit } = useSearch({ strict: false }) as { edit?: string }
  const navigate = useNavigate()
  const open = (id: string | undefined) => void navigate({ to: '.', search: (before: object) => ({ ...before, edit: id }) as never })
  const mayEdit = useMayDo(EDITORS)
  const [isAsked, setIsAsked] = useState(false)
  const runAll = async (headers: OnceHeaders) => {
    await call((to) => triggerPointsPolicies({ ...to, headers } as never))
    setIsAsked(false)
    notify(words.ran)
  }
  const actions = mayEdit && (
    <Group gap="xs">
      <Button onClick={() => open('new')}>{words.add}</Button>
      <Button variant="default" onClick={() => setIsAsked(true)}>
        {words.runAll}
      </Button>
    </Group>
  )
  return (
    <Page title={words.title} intro={`${words.intro} ${words.daily}`} actions={actions}>
      <Answered query={useQuery(policiesQuery)} rows={4}>
        {(rows) => (
          <>
            {rows.length === 0 ? (
              <Empty title={words.none}>{words.noneYet}</Empty>
            ) : (
              <Table columns={mayEdit ? [...COLUMNS, { name: words.columns.actions, cell: (row) => <Actions policy={row} onEdit={() => open(row.id)} /> }] : COLUMNS} rows={rows} idOf={(row) => row.id} />
            )}
            {mayEdit && edit && <Editor key={edit} policy={rows.find((row) => row.id === edit)} onClose={() => open(undefined)} />}
          </>
        )}
      </Answered>
      {isAsked && (
        <Confirm title={words.runAllTitle} action={words.runAll} onConfirm={runAll} onClose={() => setIsAsked(false)}>
          {words.runMeans}
        </Confirm>
      )}
    </Page>
  )
}

const COLUMNS: Column<PointsPolicyView>[] = [
  { name: words.columns.name, cell: (row) => row.name },
  { name: words.columns.type, cell: (row) => words.types[row.type] ?? row.type },
  { name: words.columns.says, cell: (row) => saidOf(row.config as JsonObject) },
  {
    name: words.columns.state,
    cell: (row) => (
      <Badge size="sm" variant="light" color={row.isActive ? 'green' : 'gray'}>
        {row.isActive ? words.active : words.resting}
      </Badge>
    ),
  },
  { name: words.columns.version, isNumber: true, cell: (row) => row.version },
  { name: words.columns.changed, cell: (row) => <Time value={row.updatedAt} /> },
]

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
  const points = Number(config.points).toLocaleString('en')
  return config.per == null ? says.ever(points) : says.cap(points, unit(config.per))
}

type Asked = 'remove' | 'run'

function Actions({ policy, onEdit }: { policy: PointsPolicyView; onEdit: () => void }) {
  const queries = useQueryClient()
  const [asked, setAsked] = useState<Asked>()
  const again = () => queries.invalidateQueries({ queryKey: policiesQuery.queryKey })
  const turn = async (isActive: boolean) => {
    await call((to) => patchPointsPolicy({ ...to, path: { id: policy.id }, body: { isActive } as never }))
    notify(words.saved(policy.name), () => call((to) => patchPointsPolicy({ ...to, path: { id: policy.id }, body: { isActive: !isActive } as never })).then(again))
    await again()
  }
  const run = async (headers: OnceHeaders) => {
    await call((to) => triggerOnePolicy({ ...to, body: { id: policy.id }, headers }))
    setAsked(undefined)
    notify(words.ran)
  }
  const remove = async (headers: OnceHeaders) => {
    await call((to) => deletePointsPolicy({ ...to, path: { id: policy.id }, headers }))
    setAsked(undefined)
    notify(words.removed(policy.name))
    await again()
  }
  const act = (label: string, onClick: () => void, isHarmful = false) => (
    <Button size="compact-xs" variant={isHarmful ? 'subtle' : 'default'} color={isHarmful ? 'red' : undefined} aria-label={words.of(label, policy.name)} onClick={onClick}>
      {label}
    </Button>
  )
  return (
    <Group gap={4}>
      {act(words.change, onEdit)}
      {act(policy.isActive ? words.rest : words.wake, () => void turn(!policy.isActive))}
      {act(words.run, () => setAsked('run'))}
      {act(words.remove, () => setAsked('remove'), true)}
      {asked === 'run' && (
        <Confirm title={words.runTitle(policy.name)} action={words.run} onConfirm={run} onClose={() => setAsked(undefined)}>
          {words.runMeans}
        </Confirm>
      )}
      {asked === 'remove' && (
        <Confirm title={words.removeTitle(policy.name)} action={words.remove} onConfirm={remove} onClose={() => setAsked(undefined)}>
          {words.removeMeans}
        </Confirm>
      )}
    </Group>
  )
}

const FIRST: Record<string, JsonObject> = { SIMPLE_EXPIRY: { after: 'P1Y' }, PURCHASE_REWARDS: {} }

function Editor({ policy, onClose }: { policy?: PointsPolicyView; onClose: () => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState(policy?.name ?? '')
  const [type, setType] = useState(policy?.type ?? 'SIMPLE_EXPIRY')
  const [config, setConfig] = useState<JsonObject>((policy?.config as JsonObject | undefined) ?? FIRST.SIMPLE_EXPIRY!)
  const body = { name, type, config }
  const send = async (headers: OnceHeaders) => {
    if (policy) await call((to) => patchPointsPolicy({ ...to, path: { id: policy.id }, body: body as never, headers: { ...headers, 'If-Match': `"${policy.version}"` } }))
    else await call((to) => createPointsPolicy({ ...to, body: body as never, headers }))
    notify(words.saved(name))
    onClose()
    await queries.invalidateQueries({ queryKey: policiesQuery.queryKey })
  }
  return (
    <Dialog title={policy ? words.editTitle(policy.name) : words.add} onClose={onClose}>
      <DialogForm action={words.save} isIncomplete={name.trim() === ''} body={body} send={send} onClose={onClose}>
        {(faultAt) => (
          <>
            <TextInput label={words.name} className="pc-required" aria-required value={name} error={faultAt('/name')} onChange={(event) => setName(event.currentTarget.value)} />
            <NativeSelect
              label={words.type}
              value={type}
              data={Object.entries(words.types).map(([value, label]) => ({ value, label }))}
              error={faultAt('/type')}
              onChange={(event) => {
                setType(event.currentTarget.value)
                setConfig(FIRST[event.currentTarget.value] ?? { points: typedNumber('500')! })
              }}
            />
            <Config type={type} config={config} onChange={setConfig} faultAt={faultAt} />
          </>
        )}
      </DialogForm>
    </Dialog>
  )
}

type ConfigProps = { type: string; config: JsonObject; onChange: (config: JsonObject) => void; faultAt: (pointer: string) => string | undefined }

function Config({ type, config, onChange, faultAt }: ConfigProps) {
  const rewards = useQuery({ ...rewardsQuery, enabled: type === 'PURCHASE_REWARDS' })
  const common = { object: config, onChange }
  const at = (name: string) => faultAt(`/config/${name}`)
  if (type === 'SIMPLE_EXPIRY')
    return (
      <>
        <TextOf {...common} name="after" required label={words.after} description={words.afterHelp} error={at('after') ?? faultAt('/config')} />
        <ChoiceOf {...common} name="toEndOf" label={words.toEndOf} choices={{ ...words.units, '': words.exactly }} usual="" error={at('toEndOf')} />
        <Checkbox label={words.onInactivity} checked={config.onInactivity === true} onChange={(event) => onChange(withMember(config, 'onInactivity', event.currentTarget.checked || undefined))} />
      </>
    )
  if (type === 'PURCHASE_REWARDS') {
    const choices = { '': words.choose, ...Object.fromEntries((rewards.data ?? []).map((one) => [one.id, one.name])) }
    return (
      <>
        <ChoiceOf {...common} name="rewardId" label={words.reward} choices={choices} usual="" error={at('rewardId') ?? faultAt('/config')} />
        <NumberOf {...common} name="keep" label={words.keep} placeholder="0" error={at('keep')} />
        <NumberOf {...common} name="timesMax" label={words.timesMax} placeholder="1" error={at('timesMax')} />
      </>
    )
  }
  return (
    <>
      <NumberOf {...common} name="points" required label={words.points} error={at('points') ?? faultAt('/config')} />
      {type !== 'MAXIMUM_POINTS_BALANCE_CAP' && <ChoiceOf {...common} name="per" label={words.per} choices={words.units} usual="" error={at('per')} />}
    </>
  )
}
