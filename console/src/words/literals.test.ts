// No page says anything that is not in the catalogue: a translation is a folder beside `en`, and nothing else.

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const SOURCES = join(import.meta.dirname, '..')
// What shows or names something, where a text would be read by people.
const READ = new Set(['title', 'label', 'aria-label', 'placeholder', 'description', 'alt', 'summary', 'action', 'copy'])
// Names of programs and keys are the same in every language.
const SAME_EVERYWHERE = new Set(['Punchcard', 'Ctrl K'])
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx') && !name.endsWith('.test.tsx'))
    .map((name) => join(folder, name))
}

function literalsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: string[] = []
  const note = (node: ts.Node, text: string) => {
    const said = text.trim().replace(/\s+/g, ' ')
    if (!/\p{L}{2}/u.test(said) || SAME_EVERYWHERE.has(said)) return
    found.push(`${relative(SOURCES, file)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${said}`)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) note(node, node.text)
    if (ts.isJsxAttribute(node) && READ.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer))
      note(node, node.initializer.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

test('pages say nothing that is not in the catalogue', () => {
  const files = filesBelow(SOURCES)
  expect(files.length).toBeGreaterThan(10)
  expect(files.flatMap(literalsIn)).toEqual([])
})
