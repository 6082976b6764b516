// When a reactor fires, in the form in which that is written: a JSON Schema, an expression, or rows.

import { Code, Text } from '@mantine/core'
import { isObject, writeExact, type Json, type JsonObject } from '../../api/exactJson'
import { conditions } from '#words/conditions'
import { reactors } from '#words/reactors'
import { Empty } from '../../parts/notices'
import { JsonBlock } from '../../parts/values'
import { formOf, GROUPS, operatorOf } from './words'

const forms = reactors.constraintForms

export function Constraint({ constraint }: { constraint: Json | undefined }) {
  switch (formOf(constraint)) {
    case 'none':
      return <Empty title={forms.none}>{forms.noneMeans}</Empty>
    case 'expression':
      return (
        <>
          <Form>{forms.expression}</Form>
          <Code block tabIndex={0} role="region" aria-label={reactors.constraint} className="pc-json">
            {String(constraint)}
          </Code>
        </>
      )
    case 'rows':
      return (
        <>
          <Form>{forms.rows}</Form>
          <div role="region" aria-label={reactors.constraint} className="pc-rules">
            <Rows rows={constraint as JsonObject} />
          </div>
        </>
      )
    case 'schema':
      return (
        <>
          <Form>{forms.schema}</Form>
          <JsonBlock value={constraint} label={reactors.constraint} />
        </>
      )
  }
}

function Form({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed" mb="xs">
      {children}
    </Text>
  )
}

function Rows({ rows }: { rows: JsonObject }) {
  return GROUPS.filter((name) => Array.isArray(rows[name])).map((name) => (
    <div key={name}>
      {`${conditions.modes[name]}:`}
      <ul>
        {(rows[name] as Json[]).map((row, place) => (
          <li key={place}>{isObject(row) && ('fact' in row ? <Row row={row} /> : <Rows rows={row} />)}</li>
        ))}
      </ul>
    </div>
  ))
}

function Row({ row }: { row: JsonObject }) {
  return (
    <>
      <code>{String(row.fact)}</code> {operatorOf(row.operator)}{' '}
      {row.value !== undefined && <code>{writeExact(row.value)}</code>}
    </>
  )
}
