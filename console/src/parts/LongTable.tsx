// A table of all there are, of which so many stand in the page as somebody looks at: with thousands of rows each key that
// is typed into the filters above them would wait.

import { Button } from '@mantine/core'
import { useState } from 'react'
import { parts } from '#words/parts'
import { Table, type Column } from './Table'

const SHOWN = 100

export function LongTable<T>(props: { columns: Column<T>[]; rows: T[]; idOf: (row: T) => string | number }) {
  const [shown, setShown] = useState(SHOWN)
  return (
    <>
      <Table {...props} rows={props.rows.slice(0, shown)} />
      {props.rows.length > shown && (
        <Button variant="default" onClick={() => setShown(shown + SHOWN)}>
          {parts.more}
        </Button>
      )}
    </>
  )
}
