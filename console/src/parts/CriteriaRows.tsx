// Criteria edited as rows, one group in another; what rows cannot show is JSON.

import { ActionIcon, Button, Fieldset, Group as Beside, NativeSelect, Stack, Switch, Text, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useId } from 'react'
import { criteria } from '#words/criteria'
import { EMPTY_GROUP, EMPTY_RULE, takesMany, valuesOf, type Choice, type Group, type Rule } from './criteria'

type Props = { group: Group; choices: Choice[]; onChange: (group: Group) => void; onRemove?: () => void; place?: number }

export function CriteriaRows({ group, choices, onChange, onRemove, place }: Props) {
  const replace = (at: number, part: Rule | Group | undefined) =>
    onChange({ ...group, parts: group.parts.flatMap((one, index) => (index === at ? (part ? [part] : []) : [one])) })
  const add = (part: Rule | Group) => onChange({ ...group, parts: [...group.parts, part] })
  return (
    <Fieldset className="pc-fieldset" legend={place === undefined ? criteria.conjunction : criteria.group(place)} variant="unstyled">
      <Stack gap="xs">
        <Beside gap="md" align="end">
          <NativeSelect
            aria-label={place === undefined ? criteria.conjunction : `${criteria.conjunction}, ${criteria.group(place)}`}
            value={group.isAll ? 'all' : 'any'}
            data={[
              { value: 'all', label: criteria.all },
              { value: 'any', label: criteria.any },
            ]}
            onChange={(event) => onChange({ ...group, isAll: event.currentTarget.value === 'all' })}
          />
          <Switch label={criteria.not} checked={group.isNot} onChange={(event) => onChange({ ...group, isNot: event.currentTarget.checked })} />
        </Beside>
        {group.parts.map((part, index) =>
          part.kind === 'group' ? (
            <CriteriaRows
              key={index}
              group={part}
              place={index + 1}
              choices={choices}
              onChange={(changed) => replace(index, changed)}
              onRemove={() => replace(index, undefined)}
            />
          ) : (
            <Row
              key={index}
              rule={part}
              place={index + 1}
              choices={choices}
              onChange={(changed) => replace(index, changed)}
              onRemove={group.parts.length > 1 ? () => replace(index, undefined) : undefined}
            />
          ),
        )}
        <Beside gap="xs">
          <Button size="compact-sm" variant="default" onClick={() => add(EMPTY_RULE)}>
            {criteria.addRow}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => add(EMPTY_GROUP)}>
            {criteria.addGroup}
          </Button>
          {onRemove && (
            <Button size="compact-sm" variant="subtle" color="red" onClick={onRemove}>
              {criteria.removeGroup}
            </Button>
          )}
        </Beside>
      </Stack>
    </Fieldset>
  )
}

type RowProps = { rule: Rule; place: number; choices: Choice[]; onChange: (rule: Rule) => void; onRemove?: () => void }

function Row({ rule, place, choices, onChange, onRemove }: RowProps) {
  const choice = choices.find((one) => one.value === rule.field)
  const id = useId()
  const count = valuesOf(rule.operator)
  const choose = (field: string) => {
    const operators = choices.find((one) => one.value === field)?.operators ?? []
    const operator = operators.includes(rule.operator) ? rule.operator : (operators[0] ?? '')
    onChange({ ...EMPTY_RULE, field, operator })
  }
  const operatorOptions = (choice?.operators ?? (rule.operator ? [rule.operator] : [])).map((value) => ({
    value,
    label: criteria.operators[value] ?? value,
  }))
  const fields = choices.map(({ value, label }) => ({ value, label }))
  if (rule.field && !choice) fields.push({ value: rule.field, label: rule.field })
  return (
    <div className="pc-criteria-row" role="group" aria-labelledby={id}>
      <span className="pc-offscreen" id={id}>
        {criteria.row(place)}
      </span>
      <NativeSelect
        label={criteria.field}
        value={rule.field}
        data={[{ value: '', label: criteria.choose }, ...fields]}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {choice?.hasKey && (
        <KeyField choice={choice} value={rule.key} onChange={(key) => onChange({ ...rule, key })} />
      )}
      {choice?.hasWindow && (
        <TextInput
          label={criteria.window}
          placeholder="P30D"
          value={rule.window}
          onChange={(event) => onChange({ ...rule, window: event.currentTarget.value })}
        />
      )}
      <NativeSelect
        label={criteria.operator}
        value={rule.operator}
        data={operatorOptions.length ? operatorOptions : [{ value: '', label: criteria.choose }]}
        onChange={(event) => onChange({ ...rule, operator: event.currentTarget.value })}
      />
      {Array.from({ length: count }, (_, number) => (
        <ValueField
          key={number}
          label={number === 0 ? criteria.value : criteria.second}
          choice={choice}
          hint={takesMany(rule.operator) ? criteria.several : undefined}
          value={rule.values[number] ?? ''}
          onChange={(text) => {
            const values = Array.from({ length: count }, (_, index) => rule.values[index] ?? '')
            values[number] = text
            onChange({ ...rule, values })
          }}
        />
      ))}
      {onRemove && (
        <ActionIcon variant="subtle" color="gray" aria-label={criteria.removeRow(place)} onClick={onRemove}>
          <IconX size={16} />
        </ActionIcon>
      )}
    </div>
  )
}

type ValueProps = { choice?: Choice; value: string; onChange: (value: string) => void }

function KeyField({ choice, value, onChange }: ValueProps & { choice: Choice }) {
  if (!choice.options?.length)
    return <TextInput label={criteria.key} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
  const known = choice.options.some((one) => one.value === value)
  const data = [{ value: '', label: criteria.choose }, ...choice.options, ...(value && !known ? [{ value, label: value }] : [])]
  return <NativeSelect label={criteria.key} value={value} data={data} onChange={(event) => onChange(event.currentTarget.value)} />
}

function ValueField({ label, choice, hint, value, onChange }: ValueProps & { label: string; hint?: string }) {
  const flags = [
    { value: '', label: criteria.choose },
    { value: 'true', label: criteria.yes },
    { value: 'false', label: criteria.no },
  ]
  const options = choice?.type === 'boolean' ? flags : !choice?.hasKey && choice?.options && !hint ? [flags[0]!, ...choice.options] : undefined
  const typed = { label, value, onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value) }
  if (options) return <NativeSelect {...typed} data={options} />
  return (
    <div>
      <TextInput {...typed} autoComplete="off" />
      {hint && (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
    </div>
  )
}
