// A constraint in one of its forms. The server turns rows into an expression and back, for it reads both into one tree.

import { NativeSelect, Stack, Text } from '@mantine/core'
import { useRef, useState } from 'react'
import { conditions } from '#words/conditions'
import { isObject, parseExact, writeExact, type Json, type JsonObject } from '../api/exactJson'
import { asProblem } from '../api/problem'
import { CodeEditor } from '../parts/CodeEditor'
import { ErrorNotice } from '../parts/notices'
import { written } from '../parts/numbers'
import { ConditionRows } from './ConditionRows'
import type { Fact } from './facts'
import { filled, isRows, type Rows } from './rows'
import { check, saidOf, useCheck, type Check } from './useCheck'

export type Form = 'none' | 'rows' | 'expression' | 'schema'
/** The constraint as it is written: its form, and the text of a schema that may be no JSON yet. */
export type Written = { form: Form; rows: Rows; expression: string; schema: string }

export const NOTHING: Written = { form: 'none', rows: { all: [{ fact: '', operator: '==', value: '' }] }, expression: '', schema: '{}' }

export function writtenOf(constraint: Json | undefined): Written {
  if (constraint == null || (isObject(constraint) && Object.keys(constraint).length === 0)) return NOTHING
  if (typeof constraint === 'string') return { ...NOTHING, form: 'expression', expression: constraint }
  if (isRows(constraint)) return { ...NOTHING, form: 'rows', rows: constraint }
  return { ...NOTHING, form: 'schema', schema: writeExact(constraint, 2) }
}

/** What is sent; undefined where it cannot be read. Null says that it always holds. */
export function constraintOf(written: Written): Json | undefined {
  switch (written.form) {
    case 'none':
      return null
    case 'rows':
      return filled(written.rows) ?? null
    case 'expression':
      return written.expression.trim() === '' ? null : written.expression
    default:
      try {
        const read = parseExact(written.schema.trim() === '' ? '{}' : written.schema)
        return isObject(read) ? read : undefined
      } catch {
        return undefined
      }
  }
}

type Props = { written: Written; facts: Fact[]; onChange: (written: Written) => void; error?: string }

export function ConstraintEditor({ written, facts, onChange, error }: Props) {
  const constraint = constraintOf(written)
  const { check: checked, isCurrent, error: failure } = useCheck(constraint ?? undefined)
  const [refusal, setRefusal] = useState<string>()
  const latest = useRef(written)
  latest.current = written

  const turn = async (form: Form) => {
    setRefusal(undefined)
    const converts = form === 'rows' || form === 'expression'
    const isRule = written.form === 'rows' || written.form === 'expression'
    if (!converts || !isRule || constraint == null) return onChange({ ...written, form })
    try {
      const answer = await check(constraint)
      if (latest.current !== written) return
      onChange(turned(written, form, answer))
    } catch (fault) {
      setRefusal(fault instanceof CannotTurn ? fault.message : asProblem(fault).detail)
    }
  }
  const fault = isCurrent ? checked?.fault : undefined
  return (
    <Stack gap="xs">
      <NativeSelect
        label={conditions.form}
        className="pc-start"
        value={written.form}
        data={(['none', 'rows', 'expression', 'schema'] as const).map((value) => ({ value, label: conditions.forms[value] }))}
        description={written.form === 'schema' ? conditions.fromSchema : undefined}
        error={refusal ?? error}
        onChange={(event) => void turn(event.currentTarget.value as Form)}
      />
      <Inside written={written} facts={facts} onChange={onChange} fault={fault} />
      {failure ? <ErrorNotice error={failure} /> : <Verdict constraint={constraint} isCurrent={isCurrent} checked={checked} />}
    </Stack>
  )
}

class CannotTurn extends Error {}

/** The same in another form. Throws: CannotTurn, with a sentence. */
export function turned(written: Written, form: Form, answer: Check): Written {
  if (answer.fault) throw new CannotTurn(conditions.onlyFirst(saidOf(answer.fault)))
  if (form === 'expression') return { ...written, form, expression: answer.expression ?? '' }
  if (answer.rows == null) throw new CannotTurn(conditions.rowsCannot)
  return { ...written, form, rows: answer.rows as JsonObject }
}

function Inside({ written, facts, onChange, fault }: Props & { fault: Check['fault'] }) {
  switch (written.form) {
    case 'none':
      return (
        <Text size="sm" c="dimmed">
          {conditions.always}
        </Text>
      )
    case 'rows':
      return (
        <ConditionRows
          rows={written.rows}
          facts={facts}
          onChange={(rows) => onChange({ ...written, rows })}
          faultAt={(pointer) => (fault && fault.pointer === pointer ? fault.detail : undefined)}
        />
      )
    case 'expression':
      return (
        <CodeEditor
          label={conditions.expression}
          description={conditions.expressionHelp}
          language="plain"
          lines={{ min: 3, max: 12 }}
          value={written.expression}
          error={fault ? saidOf(fault) : undefined}
          onChange={(expression) => onChange({ ...written, expression })}
        />
      )
    default:
      return (
        <CodeEditor
          label={conditions.schema}
          description={conditions.schemaHelp}
          lines={{ min: 6, max: 24 }}
          value={written.schema}
          faults={fault ? [{ pointer: fault.pointer ?? '', detail: fault.detail }] : undefined}
          error={fault ? saidOf(fault) : undefined}
          onChange={(schema) => onChange({ ...written, schema })}
        />
      )
  }
}

/** Whether it can be used, said where the form has no place of its own for it. */
function Verdict({ constraint, isCurrent, checked }: { constraint: Json | undefined; isCurrent: boolean; checked?: Check }) {
  if (constraint == null) return null
  if (!isCurrent || !checked)
    return (
      <Text size="xs" c="dimmed">
        {conditions.checking}
      </Text>
    )
  if (checked.fault) return <p className="pc-fault" role="status">{saidOf(checked.fault)}</p>
  return (
    <Text size="xs" c="dimmed" role="status">
      {checked.cost == null ? conditions.good : conditions.goodCosts(written(checked.cost))}
    </Text>
  )
}
