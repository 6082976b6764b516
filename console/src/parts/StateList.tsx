// A list of what is in one state or another: the choice of the state stands in the address.

import { NativeSelect } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Empty } from './notices'
import { Page } from './Page'
import { Paged, type pagesQuery } from './Paged'
import type { Column } from './Table'

export type StateChoice = { name: string; label: string; of: Record<string, string>; any: string; usual: string }
type Props<Row> = {
  words: { title: string; intro: string; none: string; noneYet: string }
  /** What is chosen by: each stands under its name in the address. */
  choices: StateChoice[]
  /** Reads what was chosen; a choice of any is left out. */
  query: (chosen: Record<string, string>) => ReturnType<typeof pagesQuery<Row>>
  columns: Column<Row>[]
  idOf: (row: Row) => string
  /** Between the choices and the list. */
  children?: ReactNode
}

export const ANY = 'ANY'

export function StateList<Row>({ words, choices, query, columns, idOf, children }: Props<Row>) {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>
  const navigate = useNavigate()
  const chosenOf = ({ name, usual }: StateChoice) => search[name] ?? usual
  const chosen = choices.map((choice) => [choice.name, chosenOf(choice)] as const).filter(([, value]) => value !== ANY)
  const set = (name: string, value: string) =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, [name]: value }), replace: true })
  return (
    <Page title={words.title} intro={words.intro}>
      <div className="pc-fields">
        {choices.map((choice) => (
          <NativeSelect
            key={choice.name}
            label={choice.label}
            maw={320}
            value={chosenOf(choice)}
            data={[...Object.entries(choice.of).map(([value, label]) => ({ value, label })), { value: ANY, label: choice.any }]}
            onChange={(event) => set(choice.name, event.currentTarget.value)}
          />
        ))}
      </div>
      {children}
      <Paged
        query={query(Object.fromEntries(chosen))}
        columns={columns}
        idOf={idOf}
        empty={<Empty title={words.none}>{words.noneYet}</Empty>}
      />
    </Page>
  )
}
