// Criteria as sentences, one group in another; what rows cannot show is JSON.

import { useQuery } from '@tanstack/react-query'
import { lengthOf } from '#words/counted'
import { criteria as words } from '#words/criteria'
import { criteriaConfigQuery } from './CriteriaField'
import { groupOf, takesMany, valuesOf, type Group, type Rule } from './criteria'
import { JsonBlock } from './values'

export function CriteriaShown({ tree, label }: { tree: unknown; label: string }) {
  const group = groupOf(tree)
  if (!group) return <JsonBlock value={tree} label={label} />
  return (
    <div role="region" aria-label={words.inWords} className="pc-rules pc-break">
      <Rows group={group} />
    </div>
  )
}

function Rows({ group }: { group: Group }) {
  return (
    <>
      {`${group.isNot ? `${words.notSo}: ` : ''}${group.isAll ? words.all : words.any}:`}
      <ul>
        {group.parts.map((part, place) => (
          <li key={place}>{part.kind === 'group' ? <Rows group={part} /> : <Row rule={part} />}</li>
        ))}
      </ul>
    </>
  )
}

function Row({ rule: { field, key, window, operator, values } }: { rule: Rule }) {
  const choice = useQuery(criteriaConfigQuery).data?.find((one) => one.value === field)
  const shown = takesMany(operator) ? values.slice(0, 1) : values.slice(0, valuesOf(operator))
  return (
    <>
      {choice?.label ?? <code>{field}</code>} {key && <code>{key}</code>} {window && `${words.window} ${lengthOf(window)}`} {words.operators[operator] ?? operator}{' '}
      {shown.map((value, place) => (
        <span key={place}>
          {place > 0 && `${words.second} `}
          <code>{choice?.options?.find((option) => option.value === value)?.label ?? value}</code>{' '}
        </span>
      ))}
    </>
  )
}
