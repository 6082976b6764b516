// A list that is too long to be read at once, page by page.

import { infiniteQueryOptions, useInfiniteQuery, type QueryKey } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { PageInfo } from '../api/generated/types.gen'
import { Answered, More } from './notices'
import { Table, type Column } from './Table'

export type PageOf<T> = { data: T[]; page: PageInfo }

/** What is read page by page. `read` may throw: Problem. */
export const pagesQuery = <T,>(queryKey: QueryKey, read: (cursor: string | undefined, signal: AbortSignal) => Promise<PageOf<T>>) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next,
  })

type Props<T> = {
  query: ReturnType<typeof pagesQuery<T>>
  columns: Column<T>[]
  idOf: (row: T) => string | number
  /** What stands there when there are none. */
  empty: ReactNode
}

export function Paged<T>({ query, columns, idOf, empty }: Props<T>) {
  const found = useInfiniteQuery(query)
  return (
    <Answered query={found} rows={6}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.data)
        if (rows.length === 0) return empty
        return (
          <>
            <Table columns={columns} rows={rows} idOf={idOf} />
            <More query={found} />
          </>
        )
      }}
    </Answered>
  )
}
