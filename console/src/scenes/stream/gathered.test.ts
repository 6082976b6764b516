import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { gathered } from './gathered'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the first is there at once, and what follows comes together; nothing is lost, nor is anything twice', () => {
  const taken: number[][] = []
  const { tell, end } = gathered<number>((all) => taken.push(all))
  tell(1)
  expect(taken).toEqual([[1]])
  for (let number = 2; number <= 1_000; number++) tell(number)
  expect(taken).toHaveLength(1)
  vi.advanceTimersByTime(100)
  expect(taken.map((all) => all.length)).toEqual([1, 999])
  tell(1_001)
  tell(1_002)
  end()
  expect(taken.slice(2)).toEqual([[1_001, 1_002]])
  vi.advanceTimersByTime(1_000)
  tell(1_003)
  expect(taken.flat()).toEqual(Array.from({ length: 1_003 }, (_, at) => at + 1))
})
