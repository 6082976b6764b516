// A table on a wide screen, and on a narrow one a list whose cells are named.

import type { ReactNode } from 'react'

export type Column<Row> = { name: string; isNumber?: boolean; cell: (row: Row) => ReactNode }

export function Table<Row>(props: { columns: Column<Row>[]; rows: Row[]; idOf: (row: Row) => string | number }) {
  const kindOf = (column: Column<Row>) => (column.isNumber ? 'pc-number' : undefined)
  return (
    <div className="pc-table-wrap">
      <table className="pc-table">
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th key={column.name} scope="col" className={kindOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.idOf(row)}>
              {props.columns.map((column) => (
                <td key={column.name} data-label={column.name} className={kindOf(column)}>
                  <span>{column.cell(row)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
