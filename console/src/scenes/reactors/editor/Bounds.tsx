// How often a reactor fires, when, and before whom: limits, schedule, priority, group.

import { ActionIcon, Button, Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { editor } from '#words/reactor-editor'
import { isObject, type Json, type JsonObject } from '../../../api/exactJson'
import { useSession } from '../../../api/session'
import { DateTimeField } from '../../../schema-form/DateTimeField'
import { listOf, typedNumber, withItem, withMember } from './draft'
import { ChoiceOf, NumberOf, TextOf } from './fields'

const LIMITS_MAX = 10

type Props = {
  body: JsonObject
  onChange: (body: JsonObject) => void
  faultAt: (pointer: string) => string | undefined
  /** It is there already, and has counted. */
  isThere: boolean
}

export function Bounds({ body, onChange, faultAt, isThere }: Props) {
  const common = { object: body, onChange }
  return (
    <Stack gap="sm">
      <div className="pc-fields">
        <NumberOf {...common} name="maxActivations" label={editor.maxActivations} error={faultAt('/maxActivations')} />
        <ChoiceOf {...common} name="activationContext" label={editor.context} choices={editor.contexts} usual="SUBJECT" error={faultAt('/activationContext')} />
      </div>
      <Limits limits={listOf(body, 'limits')} onChange={(limits) => onChange({ ...body, limits })} faultAt={(pointer) => faultAt(`/limits${pointer}`)} />
      <Schedule body={body} onChange={onChange} faultAt={faultAt} />
      <div className="pc-fields">
        <NumberOf {...common} name="priority" label={editor.priority} description={editor.priorityHelp} placeholder="0" error={faultAt('/priority')} />
        <GroupFields body={body} onChange={onChange} faultAt={faultAt} />
      </div>
      {isThere && (
        <Checkbox
          label={editor.keepCounts}
          checked={body.keepCounts !== false}
          onChange={(event) => onChange(withMember(body, 'keepCounts', event.currentTarget.checked ? undefined : false))}
        />
      )}
    </Stack>
  )
}

function Schedule({ body, onChange, faultAt }: Omit<Props, 'isThere'>) {
  const zone = useSession().tenant.timeZone
  const effectivity = isObject(body.effectivity) ? body.effectivity : {}
  const set = (name: string, value: string | undefined) => {
    const next = withMember(effectivity, name, value)
    onChange(withMember(body, 'effectivity', Object.keys(next).length ? next : undefined))
  }
  const valueOf = (name: string) => (effectivity[name] == null ? undefined : String(effectivity[name]))
  return (
    <div className="pc-fields">
      <DateTimeField
        label={editor.from}
        description={editor.fromHelp(zone)}
        zone={zone}
        value={valueOf('start')}
        error={faultAt('/effectivity/start') ?? faultAt('/effectivity')}
        onChange={(value) => set('start', value)}
      />
      <DateTimeField
        label={editor.until}
        description={editor.fromHelp(zone)}
        zone={zone}
        value={valueOf('end')}
        error={faultAt('/effectivity/end')}
        onChange={(value) => set('end', value)}
      />
    </div>
  )
}

function GroupFields({ body, onChange, faultAt }: Omit<Props, 'isThere'>) {
  const group = isObject(body.group) ? body.group : undefined
  const set = (next: JsonObject) => onChange(withMember(body, 'group', next.name ? { mode: 'FIRST_MATCH', ...next } : undefined))
  return (
    <>
      <TextOf object={group ?? {}} onChange={set} name="name" label={editor.groupName} description={editor.groupHelp} error={faultAt('/group/name') ?? faultAt('/group')} />
      {group && (
        <ChoiceOf object={group} onChange={set} name="mode" label={editor.groupMode} choices={editor.groupModes} usual="" error={faultAt('/group/mode')} />
      )}
    </>
  )
}

type LimitsProps = { limits: JsonObject[]; onChange: (limits: Json[]) => void; faultAt: (pointer: string) => string | undefined }

function Limits({ limits, onChange, faultAt }: LimitsProps) {
  return (
    <Stack gap="xs">
      {faultAt('') && <p className="pc-fault">{faultAt('')}</p>}
      {limits.map((limit, place) => (
        <Limit
          key={place}
          number={place + 1}
          limit={limit}
          onChange={(item) => onChange(withItem(limits, place, item))}
          faultAt={(pointer) => faultAt(`/${place}${pointer}`)}
        />
      ))}
      {limits.length < LIMITS_MAX && (
        <Button className="pc-start" size="compact-xs" variant="default" onClick={() => onChange([...limits, { activations: 1, per: 'DAY' }])}>
          {editor.addLimit}
        </Button>
      )}
    </Stack>
  )
}

const KINDS = ['activations', 'points', 'coolDown'] as const
type Kind = (typeof KINDS)[number]

type LimitProps = { number: number; limit: JsonObject; onChange: (limit: JsonObject | undefined) => void; faultAt: (pointer: string) => string | undefined }

function Limit({ number, limit, onChange, faultAt }: LimitProps) {
  const kind: Kind = KINDS.find((one) => one in limit) ?? 'activations'
  const context: JsonObject = limit.context === undefined ? {} : { context: limit.context }
  const per: JsonObject = limit.per === undefined ? {} : { per: limit.per }
  const choose = (next: Kind) =>
    onChange(next === 'coolDown' ? { coolDown: 'PT2H', ...context } : { [next]: kind === 'coolDown' ? 1 : (limit[kind] ?? 1), ...per, ...context })
  return (
    <fieldset className="pc-fieldset pc-limit" aria-label={editor.limit(number)}>
      <NativeSelect
        size="xs"
        aria-label={editor.limitKind(number)}
        value={kind}
        data={KINDS.map((value) => ({ value, label: editor.limitKinds[value] }))}
        error={faultAt('')}
        onChange={(event) => choose(event.currentTarget.value as Kind)}
      />
      {kind === 'coolDown' ? (
        <TextInput
          size="xs"
          aria-label={editor.limitWindow(number)}
          placeholder={editor.coolDownPlaceholder}
          value={String(limit.coolDown ?? '')}
          error={faultAt('/coolDown')}
          onChange={(event) => onChange({ ...limit, coolDown: event.currentTarget.value })}
        />
      ) : (
        <>
          <TextInput
            size="xs"
            aria-label={editor.limitNumber(number)}
            inputMode="numeric"
            value={String(limit[kind] ?? '')}
            error={faultAt(`/${kind}`)}
            onChange={(event) => onChange({ ...limit, [kind]: typedNumber(event.currentTarget.value) ?? '' })}
          />
          <Period number={number} limit={limit} onChange={onChange} error={faultAt('/per')} />
        </>
      )}
      <NativeSelect
        size="xs"
        aria-label={editor.limitWhose(number)}
        value={String(limit.context ?? 'SUBJECT')}
        data={Object.entries(editor.contexts).map(([value, label]) => ({ value, label }))}
        error={faultAt('/context')}
        onChange={(event) => onChange(withMember(limit, 'context', event.currentTarget.value === 'SUBJECT' ? undefined : event.currentTarget.value))}
      />
      <ActionIcon variant="subtle" color="gray" aria-label={editor.remove(editor.limit(number))} onClick={() => onChange(undefined)}>
        <IconX size={16} />
      </ActionIcon>
    </fieldset>
  )
}

function Period({ number, limit, onChange, error }: { number: number; limit: JsonObject; onChange: (limit: JsonObject) => void; error?: string }) {
  const per = limit.per == null ? '' : String(limit.per)
  const isNamed = per in editor.limitPeriods && per !== 'OTHER'
  const periods = Object.entries(editor.limitPeriods).filter(([value]) => value !== 'OTHER' || 'activations' in limit)
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={editor.limitPer(number)}
        value={isNamed ? per : 'OTHER'}
        data={periods.map(([value, label]) => ({ value, label }))}
        error={isNamed ? error : undefined}
        onChange={(event) => onChange(withMember(limit, 'per', event.currentTarget.value === 'OTHER' ? 'P7D' : event.currentTarget.value))}
      />
      {!isNamed && (
        <TextInput
          size="xs"
          aria-label={editor.limitWindow(number)}
          placeholder={editor.windowPlaceholder}
          value={per}
          error={error}
          onChange={(event) => onChange({ ...limit, per: event.currentTarget.value })}
        />
      )}
    </>
  )
}
