// The field of an editor for whom something is: rows or JSON, and how many members that means now.

import { Button, Group as Beside, Input, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { criteria } from '#words/criteria'
import { parseExact, writeExact, type Json } from '../api/exactJson'
import { call } from '../api/client'
import { getCriteriaConfig, previewAudience } from '../api/generated/sdk.gen'
import { CodeEditor } from './CodeEditor'
import { CriteriaRows } from './CriteriaRows'
import { choicesOf, EMPTY_GROUP, groupOf, isUnfinished, treeOf, type Choice, type Group } from './criteria'
import type { Field, Own } from './editor'
import { ErrorNotice, Rows } from './notices'

const CALM_MS = 400

export const criteriaConfigQuery = queryOptions({
  queryKey: ['criteria config'],
  queryFn: async ({ signal }) => choicesOf((await call((to) => getCriteriaConfig({ ...to }), signal)).data),
})

/** A hook: a field whose value is rows, or a text that is JSON. */
export function useCriteriaField(at: string, label: string, options: { required?: boolean; read?: Field['read'] } = {}): Field {
  const { data: choices } = useQuery(criteriaConfigQuery)
  const isRequired = options.required ?? false
  return {
    kind: 'own',
    at,
    label,
    initially: isRequired ? EMPTY_GROUP : undefined,
    read: (found, row) => {
      const tree = options.read ? options.read(found, row) : found
      if (tree === undefined || tree === null) return undefined
      return groupOf(tree) ?? writeExact(tree, 2)
    },
    write: (value) => written(value, choices),
    render: (own) => <Criteria own={own} choices={choices} isRequired={isRequired} />,
  }
}

function written(value: unknown, choices: Choice[] | undefined): Json | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string') return value.trim() === '' ? undefined : parseExact(value)
  if (isUnfinished(value as Group)) throw new Error(criteria.unfinished)
  return treeOf(value as Group, (field) => choices?.find((one) => one.value === field)?.type ?? 'any')
}

function Criteria({ own, choices, isRequired }: { own: Own; choices: Choice[] | undefined; isRequired: boolean }) {
  if (!choices) return <Rows count={2} />
  const isJson = typeof own.value === 'string'
  const group = isJson ? undefined : (own.value as Group | undefined)
  const isOpen = group !== undefined && isUnfinished(group)
  const tree = isOpen ? undefined : tried(own.value, choices)
  const turn = () => {
    if (isJson) own.onChange(groupOf(tree) ?? EMPTY_GROUP)
    else own.onChange(writeExact(tree ?? treeOf(group ?? EMPTY_GROUP, () => 'any'), 2))
  }
  if (own.value === undefined)
    return (
      <Stack gap={4} align="flex-start">
        <Text size="sm" fw={600}>
          {own.label}
        </Text>
        <Text size="sm">{criteria.everybody}</Text>
        <Button size="compact-sm" variant="default" onClick={() => own.onChange(EMPTY_GROUP)}>
          {criteria.restrict}
        </Button>
      </Stack>
    )
  return (
    <Stack gap="xs">
      <Beside justify="space-between">
        <Text size="sm" fw={600}>
          {own.label}
        </Text>
        <Beside gap="xs">
          {!isRequired && (
            <Button size="compact-xs" variant="subtle" onClick={() => own.onChange(undefined)}>
              {criteria.unrestrict}
            </Button>
          )}
          <Button size="compact-xs" variant="subtle" disabled={isJson && groupOf(tree) === undefined} onClick={turn}>
            {isJson ? criteria.asRows : criteria.asJson}
          </Button>
        </Beside>
      </Beside>
      {isJson ? (
        <CodeEditor label={criteria.json} value={own.value as string} onChange={own.onChange} lines={{ min: 6, max: 16 }} />
      ) : (
        <CriteriaRows group={group!} choices={choices} onChange={own.onChange} />
      )}
      {own.faultAt() && !isOpen && <Input.Error role="alert">{own.faultAt()}</Input.Error>}
      {tree !== undefined && groupOf(tree) !== undefined && <Means tree={tree} />}
    </Stack>
  )
}

function tried(value: unknown, choices: Choice[]): Json | undefined {
  try {
    return written(value, choices)
  } catch {
    return undefined
  }
}

const previewQuery = (tree: string) =>
  queryOptions({
    queryKey: ['criteria', tree],
    queryFn: async ({ signal }) => {
      const body = { criteriaDefinition: { criteriaTree: parseExact(tree), triggerFrequency: 'MANUAL' } } as never
      return (await call((to) => previewAudience({ ...to, body }), signal)).data
    },
  })

/** How many members criteria mean now. */
function Means({ tree }: { tree: Json }) {
  const [calm] = useDebouncedValue(writeExact(tree), CALM_MS)
  const { data, error } = useQuery(previewQuery(calm))
  if (error) return <ErrorNotice error={error} />
  return (
    <Text size="sm" role="status" component="div">
      <b>{criteria.preview}:</b> {data ? criteria.count(data.count, data.isEstimate) : criteria.counting}{' '}
      {data && data.sample.length > 0 && (
        <>
          {criteria.sample}:{' '}
          {data.sample.slice(0, 5).map((member, place) => (
            <span key={member.id}>
              {place > 0 && ', '}
              <Link to="/users/$userId" params={{ userId: member.id }} search={{}} target="_blank">
                {member.accountNumber}
              </Link>
            </span>
          ))}
        </>
      )}
    </Text>
  )
}
