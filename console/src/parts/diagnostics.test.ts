import { json } from '@codemirror/lang-json'
import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import { diagnosticsOf } from './diagnostics'

const stateOf = (doc: string) => EditorState.create({ doc, extensions: [json()] })
const marked = (doc: string, pointer: string) => {
  const state = stateOf(doc)
  const [found] = diagnosticsOf(state, [{ pointer, detail: 'wrong' }])
  return state.sliceDoc(found!.from, found!.to)
}

test('a text that is no JSON is marked where it stops being it', () => {
  const [found] = diagnosticsOf(stateOf('{"a": 1,}'))
  expect(found).toMatchObject({ from: 8, severity: 'error' })
  expect(found!.message).toMatch(/^Not JSON: Line 1, column 9/)
  expect(diagnosticsOf(stateOf('{"a": 1, "a": 2}'))[0]!.message).toMatch(/second time/)
})

test('a fault of the server is marked at what its pointer names, or around it', () => {
  const doc = '{"lines": [{"n": 1}, {"n": "x"}], "a/b": true, "none": null}'
  expect(marked(doc, '/lines/1/n')).toBe('"x"')
  expect(marked(doc, '/a~1b')).toBe('true')
  expect(marked(doc, '/lines/7/n')).toBe('[')
  expect(marked(doc, '')).toBe('{')
  // A long text, too, of which the editor reads the begin at first.
  const long = `{"lines": [${'{"n": 1}, '.repeat(20_000)}{"n": "last"}], "end": true}`
  expect(marked(long, '/lines/20000/n')).toBe('"last"')
  expect(marked(long, '/end')).toBe('true')
})

test('an empty text and one without faults have nothing marked', () => {
  expect(diagnosticsOf(stateOf('  '), [{ pointer: '/a', detail: 'wrong' }])).toEqual([])
  expect(diagnosticsOf(stateOf('{"a": 1}'))).toEqual([])
})
