// What is counted of each member's events.

import { Badge, Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { counters as words } from '#words/counters'
import { call } from '../../api/client'
import { writeExact, type Json, type JsonObject } from '../../api/exactJson'
import { createCounter, deleteCounter, patchCounter } from '../../api/generated/sdk.gen'
import type { CounterView } from '../../api/generated/types.gen'
import { useOnce, type OnceHeaders } from '../../api/once'
import { asProblem, type Problem } from '../../api/problem'
import { eventTypesQuery, reactorsQuery } from '../../api/queries'
import { constraintOf, ConstraintEditor, writtenOf } from '../../conditions/ConstraintEditor'
import { factsOfEvent } from '../../conditions/facts'
import { EventTypeChoice } from '../../parts/choices'
import { Confirm } from '../../parts/Confirm'
import { Answered, Empty, ErrorNotice } from '../../parts/notices'
import { notify } from '../../parts/notify'
import { Page, Section } from '../../parts/Page'
import { FaultList } from '../../parts/quarantine'
import { EDITORS, useMayDo } from '../../parts/roles'
import { Table, type Column } from '../../parts/Table'
import { withMember } from '../reactors/editor/draft'
import { ChoiceOf, TextOf } from '../reactors/editor/fields'
import { countersQuery } from '../reactors/queries'

export function Counters() {
  const { edit } = useSearch({ strict: false }) as { edit?: string }
  const navigate = useNavigate()
  const open = (id: string | undefined) => void navigate({ to: '.', search: (before: object) => ({ ...before, edit: id }) as never })
  const mayEdit = useMayDo(EDITORS)
  const doing: Column<CounterView> = { name: words.columns.actions, cell: (row) => <Actions counter={row} onEdit={() => open(row.id)} /> }
  return (
    <Page title={words.title} intro={words.intro} actions={mayEdit && <Button onClick={() => open('new')}>{words.add}</Button>}>
      <Answered query={useQuery(countersQuery)} rows={4}>
        {(rows) => (
          <>
            {mayEdit && edit && <Editor key={edit} counter={rows.find((row) => row.id === edit)} onClose={() => open(undefined)} />}
            {rows.length === 0 ? <Empty title={words.none}>{words.noneYet}</Empty> : <Table columns={mayEdit ? [...COLUMNS, doing] : COLUMNS} rows={rows} idOf={(row) => row.id} />}
          </>
        )}
      </Answered>
    </Page>
  )
}

const COLUMNS: Column<CounterView>[] = [
  { name: words.columns.name, cell: (row) => <code title={row.description ?? undefined}>{`counters.${row.name}`}</code> },
  { name: words.columns.type, cell: (row) => <TypeName id={row.eventType} /> },
  { name: words.columns.counts, cell: (row) => words.says(words.kinds[row.what] ?? row.what, row.value, words.units[row.per] ?? row.per) },
  { name: words.columns.when, cell: (row) => (row.constraint == null ? words.all : words.some) },
  {
    name: words.columns.state,
    cell: (row) => (
      <Badge size="sm" variant="light" color={row.isReady ? 'green' : 'orange'}>
        {row.isReady ? words.ready : words.preparing}
      </Badge>
    ),
  },
  { name: words.columns.used, cell: (row) => <UsedBy name={row.name} /> },
]

function TypeName({ id }: { id: string }) {
  const { data } = useQuery(eventTypesQuery)
  return <>{data?.find((type) => type.id === id)?.name ?? id}</>
}

/** The reactors that have not ended and name the counter. */
function UsedBy({ name }: { name: string }) {
  const { data } = useQuery(reactorsQuery)
  const named = new RegExp(`\\bcounters\\.${name}\\b`)
  const users = (data ?? []).filter((one) => !one.endedAt && named.test(writeExact([one.constraint, one.reactions])))
  if (users.length === 0) return words.notUsed
  return (
    <ul className="pc-faults">
      {users.map((one) => (
        <li key={one.id}>
          <Link to="/reactors/$reactorId" params={{ reactorId: one.id }} search={{}}>
            {one.name}
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Actions({ counter, onEdit }: { counter: CounterView; onEdit: () => void }) {
  const queries = useQueryClient()
  const [isAsked, setIsAsked] = useState(false)
  const remove = async (headers: OnceHeaders) => {
    await call((to) => deleteCounter({ ...to, path: { id: counter.id }, headers }))
    setIsAsked(false)
    notify(words.removed(counter.name))
    await queries.invalidateQueries({ queryKey: countersQuery.queryKey })
  }
  return (
    <Group gap={4}>
      <Button size="compact-xs" variant="default" aria-label={words.of(words.change, counter.name)} onClick={onEdit}>
        {words.change}
      </Button>
      <Button size="compact-xs" variant="subtle" color="red" aria-label={words.of(words.remove, counter.name)} onClick={() => setIsAsked(true)}>
        {words.remove}
      </Button>
      {isAsked && (
        <Confirm title={words.removeTitle(counter.name)} action={words.remove} onConfirm={remove} onClose={() => setIsAsked(false)}>
          {words.removeMeans}
        </Confirm>
      )}
    </Group>
  )
}

function startOf(counter: CounterView | undefined): JsonObject {
  if (!counter) return { what: 'COUNT', per: 'EVER' }
  const { name, description, what, value, per, takesPast } = counter
  return { name, what, per, takesPast, ...(description == null ? {} : { description }), ...(value == null ? {} : { value }) }
}

function Editor({ counter, onClose }: { counter?: CounterView; onClose: () => void }) {
  const queries = useQueryClient()
  const once = useOnce()
  const types = useQuery(eventTypesQuery)
  const [body, setBody] = useState<JsonObject>(() => startOf(counter))
  const [written, setWritten] = useState(() => writtenOf(counter?.constraint as Json | undefined))
  const [problem, setProblem] = useState<Problem>()
  const type = types.data?.find((one) => one.id === counter?.eventType || one.name === body.eventType)
  const constraint = constraintOf(written)
  const at = (pointer: string) => problem?.at(pointer)['']?.join(' ')
  const common = { object: body, onChange: setBody }
  const send = async () => {
    setProblem(undefined)
    const { name, ...rest } = body
    const before = startOf(counter)
    const sent: JsonObject = counter
      ? Object.fromEntries(['description', 'what', 'value', 'per', 'takesPast'].filter((key) => writeExact(rest[key] ?? null) !== writeExact(before[key] ?? null)).map((key) => [key, rest[key] ?? null]))
      : { ...body }
    const was = constraintOf(writtenOf(counter?.constraint as Json | undefined))
    if (constraint !== undefined && writeExact(constraint) !== writeExact(was)) sent.constraint = constraint
    try {
      await once(writeExact(sent), (headers) =>
        counter
          ? call((to) => patchCounter({ ...to, path: { id: counter.id }, body: sent as never, headers: { ...headers, 'If-Match': `"${counter.version}"` } }))
          : call((to) => createCounter({ ...to, body: sent as never, headers })),
      )
      notify(words.saved(String(name)))
      onClose()
      await queries.invalidateQueries({ queryKey: countersQuery.queryKey })
    } catch (error) {
      setProblem(asProblem(error))
    }
  }
  return (
    <Section title={counter ? words.editTitle(counter.name) : words.add}>
      <Stack gap="sm">
        {counter && (
          <Text size="sm" c="dimmed">
            {words.anew}
          </Text>
        )}
        {!counter && (
          <div className="pc-fields">
            <TextOf {...common} name="name" required label={words.name} description={words.nameHelp} placeholder={words.namePlaceholder} error={at('/name')} />
            <EventTypeChoice label={words.eventType} required value={body.eventType as string | undefined} error={at('/eventType')} onChange={(name) => setBody((before) => withMember(before, 'eventType', name))} />
          </div>
        )}
        <div className="pc-fields">
          <TextOf {...common} name="description" label={words.description} error={at('/description')} />
          <ChoiceOf
            {...common}
            onChange={(next) => setBody(next.what === 'SUM' ? next : withMember(next, 'value', undefined))}
            name="what"
            label={words.what}
            choices={words.kinds}
            usual=""
            error={at('/what')}
          />
          {body.what === 'SUM' && <TextOf {...common} name="value" required label={words.value} description={words.valueHelp} error={at('/value')} />}
          <ChoiceOf {...common} name="per" label={words.per} choices={words.units} usual="" error={at('/per') ?? at('')} />
        </div>
        <Checkbox label={words.takesPast} checked={body.takesPast === true} onChange={(event) => setBody(withMember(body, 'takesPast', event.currentTarget.checked))} />
        <Text size="sm" fw={600}>
          {words.constraint}
        </Text>
        <ConstraintEditor written={written} facts={factsOfEvent(type?.schema as Json | undefined)} error={at('/constraint')} onChange={setWritten} />
        {problem && <ErrorNotice error={problem}>{problem.faults.length > 0 && <FaultList faults={problem.faults} />}</ErrorNotice>}
        <Group gap="sm">
          <Button disabled={constraint === undefined} onClick={() => void send()}>
            {words.save}
          </Button>
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
        </Group>
      </Stack>
    </Section>
  )
}
