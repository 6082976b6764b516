// A noun's things within the page of another: the reward's discounts, the campaign's tranches.

import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { NounEditor } from './NounEditor'
import { NounTable } from './NounTable'
import { nounQuery, useEditing, type Noun } from './noun'
import { Answered } from './notices'
import { Section } from './Page'
import { EDITORS, useMayDo } from './roles'

/** Of the nouns on a page one alone may be made there: the address says `edit=new`, and not of what. */
export function NounSection<Row extends { id: string }>({ noun }: { noun: Noun<Row> }) {
  const query = useQuery(nounQuery(noun))
  const mayEdit = useMayDo(noun.roles ?? EDITORS)
  const [, edit] = useEditing()
  const add = mayEdit && noun.create && (
    <Button size="xs" variant="default" onClick={() => edit('new')}>
      {noun.words.add}
    </Button>
  )
  return (
    <Section title={noun.words.title} actions={add}>
      <Answered query={query} rows={2}>
        {(rows) => (
          <>
            {rows.length === 0 ? (
              <p className="pc-nothing">
                {noun.words.none} {noun.words.noneYet}
              </p>
            ) : (
              <NounTable noun={noun} rows={rows} mayEdit={mayEdit} />
            )}
            {mayEdit && <NounEditor noun={noun} rows={rows} />}
          </>
        )}
      </Answered>
    </Section>
  )
}
