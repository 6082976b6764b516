import { expect, test } from 'vitest'
import { writeExact } from '../api/exactJson'
import { sentOf, writtenOf, type Member } from './wholeField'

const MEMBERS: Member[] = [
  { name: 'latitude', label: 'Latitude', kind: 'number' },
  { name: 'title', label: 'Title', kind: 'text' },
  { name: 'tags', label: 'Tags', kind: 'words' },
  { name: 'hours', label: 'Hours', kind: 'json' },
]

test('an object is written as it came, and what has no field goes along', () => {
  const found = { latitude: 48.2, title: 'Tea', tags: ['a', 'b'], hours: { mon: '9-5' }, more: [1] }
  expect(sentOf(writtenOf(found, MEMBERS), MEMBERS)).toEqual(found)
})

test('nothing written is nothing sent, and an emptied field is left out', () => {
  expect(sentOf({ texts: { title: ' ' }, rest: {} }, MEMBERS)).toBeUndefined()
  expect(sentOf({ texts: { title: '', latitude: '48.20' }, rest: {} }, MEMBERS)).toBeDefined()
  expect(writeExact(sentOf({ texts: { latitude: '48.20', tags: 'x, ,y' }, rest: {} }, MEMBERS)!)).toBe('{"latitude":48.20,"tags":["x","y"]}')
})

test('what is no JSON is said to be none', () => {
  expect(() => sentOf({ texts: { hours: '{' }, rest: {} }, MEMBERS)).toThrow()
})
