// The conditions of the query, each in words, and each to be taken away.

import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { stream } from '#words/stream'
import { userQuery } from '../../api/queries'
import { lengthOfSeconds } from '#words/counted'
import { nameOf } from '../../parts/user'
import { without, type Condition } from './query'

const words = stream.chips

type Props = { q: string; conditions: Condition[]; subjectId: string | undefined; onSearch: (q: string) => void }

export function Chips({ q, conditions, subjectId, onSearch }: Props) {
  const { data: user } = useQuery({ ...userQuery(subjectId ?? ''), enabled: subjectId !== undefined, retry: false })
  if (conditions.length === 0) return null
  return (
    <ul className="pc-chips" aria-label={stream.search.conditions}>
      {conditions.map((condition) => {
        const text = told(condition, user ? nameOf(user) : undefined)
        return (
          <li key={condition.start}>
            <span className="pc-break">{text}</span>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={stream.search.remove(text)}
              onClick={() => onSearch(without(q, condition))}
            >
              <IconX size={12} />
            </ActionIcon>
          </li>
        )
      })}
    </ul>
  )
}

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }

function told({ kind, operator, value, path }: Condition, userName: string | undefined): string {
  switch (kind) {
    case 'type':
    case 'source':
      return words[kind](value, operator === '!=')
    case 'subject':
      return words.subject(userName ?? value)
    case 'payload':
      return words.payload(path.join('.'), words.operators[operator], value)
    default: {
      const ago = /^(\d+)([smhdw])$/.exec(value)
      const time = ago ? words.ago(lengthOfSeconds(Number(ago[1]) * SECONDS[ago[2]!]!)) : value
      return words[kind](time, operator !== '<')
    }
  }
}
