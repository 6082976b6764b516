import { expect, test } from 'vitest'
import { Pages } from './pages'
import { briefOf } from './row'
import { parseExact } from '../../api/exactJson'

const idOf = (number: number) => String(number).padStart(7, '0')

/** A server of so many rows, the newest first, a hundred a page; it counts what it is asked for. */
function server(rows: number) {
  const asked: (string | undefined)[] = []
  const read = async (cursor: string | undefined) => {
    asked.push(cursor)
    const first = cursor === undefined ? rows : Number(cursor)
    const last = Math.max(first - 100, 0)
    return {
      rows: Array.from({ length: first - last }, (_, place) => ({ id: idOf(first - place) })),
      next: last > 0 ? String(last) : undefined,
    }
  }
  return { read, asked }
}

test('100,000 rows are gone through with a bounded number of them in memory, and each can be come back to', async () => {
  const { read, asked } = server(100_000)
  const pages = new Pages(read, { newest: 2, others: 5 })
  while (pages.hasMore) {
    await pages.more()
    pages.show(pages.count - 30, pages.count - 1)
    expect(pages.inMemory).toBeLessThanOrEqual(800)
  }
  expect([pages.count, asked.length]).toEqual([100_000, 1_000])
  expect(pages.row(99_999)?.id).toBe(idOf(1))
  expect(pages.row(0)?.id).toBe(idOf(100_000))
  expect(pages.row(50_000)).toBeUndefined()
  pages.show(49_990, 50_010)
  pages.show(49_990, 50_010)
  await new Promise((done) => setTimeout(done))
  expect(asked.length).toBe(1_002)
  expect(pages.row(50_000)?.id).toBe(idOf(50_000))
  expect(pages.row(49_995)?.id).toBe(idOf(50_005))
  expect(pages.inMemory).toBeLessThanOrEqual(700)
})

test('rows that come late stand where they belong, and no row is there twice', async () => {
  const pages = new Pages(server(150).read)
  expect(pages.insert({ id: idOf(151) })).toBe(false)
  await pages.more()
  expect(pages.has(idOf(60))).toBe(true)
  expect(pages.insert({ id: idOf(151) })).toBe(false)
  expect(pages.insert({ id: `${idOf(120)}b` })).toBe(true)
  expect([pages.row(29)?.id, pages.row(30)?.id, pages.row(31)?.id]).toEqual([idOf(121), `${idOf(120)}b`, idOf(120)])
  expect([pages.count, pages.floor]).toEqual([101, idOf(51)])
  await pages.more()
  expect([pages.hasMore, pages.floor, pages.row(150)?.id]).toEqual([false, '', idOf(1)])
  expect(pages.insert({ id: '0' })).toBe(true)
  expect(pages.row(151)?.id).toBe('0')
})

test('a page that cannot be read is told, and read when it is asked for again', async () => {
  const { read } = server(300)
  let isBroken = true
  const pages = new Pages(async (cursor) => {
    if (isBroken) throw new Error('away')
    return read(cursor)
  })
  await pages.more()
  expect([pages.isRead, String(pages.failure)]).toEqual([false, 'Error: away'])
  isBroken = false
  await pages.more()
  expect([pages.isRead, pages.failure, pages.count]).toEqual([true, undefined, 100])
})

test('a payload is told in a few words', () => {
  expect(briefOf(parseExact('{"total": 12.50, "lines": [1], "shop": "A very long name of a shop in Vienna", "x": null}'))).toBe(
    'total 12.50 · shop A very long name of a s… · x null',
  )
  expect(briefOf(parseExact('{}'))).toBe('')
})
