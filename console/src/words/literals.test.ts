// No page says anything that is not in the catalogue: a translation is a folder beside `en`, and nothing else.

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const SOURCES = join(import.meta.dirname, '..')
const OTHERS = /^(words|api[/\\]generated)[/\\]|\.test\.tsx?$/
// What shows or names something, where a text would be read by people.
const READ = new Set(['title', 'label', 'aria-label', 'placeholder', 'description', 'alt', 'summary', 'action', 'copy', 'error', 'nothing', 'intro'])
// Names of programs and keys are the same in every language.
const SAME_EVERYWHERE = new Set(['Punchcard', 'Ctrl K'])
// Anywhere else: three words, or two of which the first begins as a sentence does.
const SENTENCE = /\p{L}[\p{L}’']+ \p{L}+ \p{L}+|^\p{Lu}\p{Ll}+ (\p{Ll}+|…)/u
// What no page shows: keys of queries and of storage, styles, what only a programmer is told.
const UNSEEN = /^(event type|punchcard) |^this part of the console is shown|var\(--|calc\(|minmax\(/

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !OTHERS.test(name))
    .map((name) => join(folder, name))
}

/** What a node says by itself; `…` stands for what is put into it. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isJsxText(node) || ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (ts.isTemplateExpression(node)) return [node.head, ...node.templateSpans.map((span) => span.literal)].map(({ text }) => text).join('…')
  return undefined
}

function isRead(node: ts.Node, said: string): boolean {
  if (ts.isJsxText(node)) return true
  if (ts.isJsxAttribute(node.parent) && READ.has(node.parent.name.getText())) return true
  return !ts.isImportDeclaration(node.parent) && !UNSEEN.test(said) && SENTENCE.test(said)
}

function literalsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const said = textOf(node)?.trim().replace(/\s+/g, ' ') ?? ''
    if (/\p{L}{2}/u.test(said) && !SAME_EVERYWHERE.has(said) && isRead(node, said))
      found.push(`${relative(SOURCES, file)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${said}`)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

test('numbers and times are written where it is known in which language', () => {
  const others = filesBelow(SOURCES).filter((file) => !/[/\\](numbers|ago|time)\.ts$/.test(file))
  const foreign = /toLocale\w*String|\bIntl\./
  expect(others.filter((file) => foreign.test(readFileSync(file, 'utf8'))).map((file) => relative(SOURCES, file))).toEqual([])
})

test('pages say nothing that is not in the catalogue', () => {
  const files = filesBelow(SOURCES)
  expect(files.length).toBeGreaterThan(10)
  expect(files.flatMap(literalsIn)).toEqual([])
})
