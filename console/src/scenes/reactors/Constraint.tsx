// When a reactor fires, in the form in which that is written: a JSON Schema, an expression, or rows.

import { Code, Text } from '@mantine/core'
import { isObject, writeExact, type Json, type JsonObject } from '../../api/exactJson'
import { Empty } from '../../parts/notices'
import { JsonBlock } from '../../parts/values'
import { formOf, GROUPS, HOLDING, operatorOf } from './words'

export function Constraint({ constraint }: { constraint: Json | undefined }) {
  switch (formOf(constraint)) {
    case 'none':
      return <Empty title="It has none.">It fires for every event of its type.</Empty>
    case 'expression':
      return (
        <>
          <Form>An expression that has to be true.</Form>
          <Code block tabIndex={0} role="region" aria-label="Constraint" className="pc-json">
            {String(constraint)}
          </Code>
        </>
      )
    case 'rows':
      return (
        <>
          <Form>Rows that have to hold.</Form>
          <div role="region" aria-label="Constraint" className="pc-rules">
            <Rows rows={constraint as JsonObject} />
          </div>
        </>
      )
    case 'schema':
      return (
        <>
          <Form>A JSON Schema that the payload, with what enhancers added, has to meet.</Form>
          <JsonBlock value={constraint} label="Constraint" />
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
      {HOLDING[name]}
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
