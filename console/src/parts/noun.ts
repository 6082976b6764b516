// A noun: how its things are read, page by page, what is shown of them, and how they are made, changed and deleted.

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { collection } from '#words/collection'
import type { OnceHeaders } from '../api/once'
import { everything } from '../api/queries'
import type { Size } from './Editor'
import type { Field } from './editor'
import { useInFront } from './inFront'
import { pagesQuery, type PageOf } from './Paged'
import type { Role } from './roles'
import type { Column } from './Table'

const PAGE = 50
const ALL = 1_000
// How long the name of one is taken for what it was: it hardly ever changes, and saving it asks anew.
const CALM_MS = 60_000

export type Asked = { limit: number; cursor?: string; search?: string }
export type Headers = OnceHeaders & { 'If-Match'?: string }
export type NounWords = {
  title: string
  intro: string
  /** The button that makes one, and the dialog's title. */
  add: string
  none: string
  /** What there would be one for. */
  noneYet: string
  /** What follows when one is deleted. */
  removal?: string
  /** What deleting is called here, and the question before it, where “Delete” says too much. */
  remove?: string
  removeNamed?: (name: string) => string
  removed?: (name: string) => string
}
export type Noun<Row extends { id: string }> = {
  /** The name of what was read, for TanStack Query. */
  key: string
  words: NounWords
  nameOf: (row: Row) => string
  /** Reads a page of them. Throws: Problem. */
  page?: (query: Asked, signal: AbortSignal) => Promise<PageOf<Row>>
  /** Reads all there are, of what is few by its nature or put into another order. Throws: Problem. */
  read?: (signal: AbortSignal) => Promise<Row[]>
  /** Reads one that is on no page that has been read. Throws: Problem. */
  one?: (id: string, signal: AbortSignal) => Promise<Row>
  columns: Column<Row>[]
  /** A hook: the choices of fields may have to be read. */
  useFields: (row: Row | undefined) => Field[]
  create?: (body: never, headers: Headers) => Promise<{ id: string }>
  change?: (row: Row, body: never, headers: Headers) => Promise<unknown>
  /** Takes a change back; `changed` is what `change` has answered. */
  undo?: (before: Row, changed: Row) => Promise<unknown>
  remove?: (row: Row, headers: Headers) => Promise<unknown>
  /** Whether this one can be changed still, and deleted. */
  isOpen?: (row: Row) => boolean
  /** What else can be done with one, as buttons. */
  actions?: (row: Row) => ReactNode
  roles?: readonly Role[]
  /** What is written of one may be a secret: none of it is kept in the browser. */
  isSecret?: boolean
  size?: Size
  /** The page that one has of its own. */
  linkOf?: (row: Row, name: string) => ReactNode
}

/** All there are, to choose from and to name. */
export const nounQuery = <Row extends { id: string }>(noun: Noun<Row>) =>
  queryOptions({
    queryKey: [noun.key],
    queryFn: ({ signal }) => (noun.page ? everything((cursor) => noun.page!({ limit: ALL, cursor }, signal)) : noun.read!(signal)),
  })

/** Page by page, to be looked at; of those whose names have `search` in them, where they can be searched. */
export const nounPages = <Row extends { id: string }>(noun: Noun<Row>, search = '') => ({
  ...pagesQuery<Row>([noun.key, 'pages', search], async (cursor, signal) => {
    if (!noun.page) return { data: await noun.read!(signal), page: {} as PageOf<Row>['page'] }
    return noun.page({ limit: PAGE, cursor, ...(search ? { search } : {}) }, signal)
  }),
  placeholderData: keepPreviousData,
})

/** One of them, by its id. */
export const oneQuery = <Row extends { id: string }>(noun: Noun<Row>, id: string) =>
  queryOptions({
    queryKey: [noun.key, 'one', id],
    queryFn: async ({ signal }) => (noun.one ? noun.one(id, signal) : Promise.reject(new Error(collection.goneWhy))),
    retry: false,
    staleTime: CALM_MS,
  })

export const NEW = 'new'

/** What the address says of the editor, and how that is changed. */
export function useEditing(): [string | undefined, (id: string | undefined) => void] {
  const { edit } = useSearch({ strict: false }) as { edit?: string }
  const { open, close } = useInFront()
  return [edit, (id) => (id === undefined ? close('edit') : open({ edit: id }))]
}
