// What is wrong with a JSON text, and where: by its grammar, and by what the server said of its parts.

import { jsonLanguage } from '@codemirror/lang-json'
import type { Diagnostic } from '@codemirror/lint'
import type { EditorState } from '@codemirror/state'
import type { SyntaxNode } from '@lezer/common'
import { parts } from '#words/parts'
import { JsonSyntaxError, parseExact } from '../api/exactJson'

type Fault = { pointer: string; detail: string }

export function diagnosticsOf(state: EditorState, faults: Fault[] = []): Diagnostic[] {
  const text = state.doc.toString()
  if (text.trim() === '') return []
  try {
    parseExact(text)
  } catch (error) {
    const at = error instanceof JsonSyntaxError ? Math.min(error.at, text.length) : 0
    const message = parts.code.broken(error instanceof Error ? error.message : String(error))
    return [{ from: at, to: Math.min(at + 1, text.length), severity: 'error', message }]
  }
  // The editor's own tree ends where the time for it was over, which on a slow machine is anywhere.
  const whole = faults.length > 0 ? jsonLanguage.parser.parse(text).topNode.firstChild : null
  return faults.map(({ pointer, detail }) => {
    const node = whole ? nodeAt(state, whole, pointer) : { from: 0, to: text.length }
    return { from: node.from, to: node.to, severity: 'error', message: detail }
  })
}

/** The place that a JSON pointer names, or the nearest around it that is there. */
function nodeAt(state: EditorState, whole: SyntaxNode, pointer: string): { from: number; to: number } {
  let node = whole
  for (const part of pointer.split('/').slice(1)) {
    const next = child(state, node, part.replaceAll('~1', '/').replaceAll('~0', '~'))
    if (!next) return head(node)
    node = next
  }
  return head(node)
}

// Of what spans several lines, only its opening: a page that is red all over says nothing.
function head(node: SyntaxNode): { from: number; to: number } {
  const isWide = node.name === 'Object' || node.name === 'Array'
  return { from: node.from, to: isWide ? node.from + 1 : node.to }
}

function child(state: EditorState, node: SyntaxNode, name: string): SyntaxNode | undefined {
  if (node.name === 'Array') return valuesOf(node)[Number(name)]
  for (const property of node.getChildren('Property')) {
    const key = property.getChild('PropertyName')
    if (key && JSON.parse(state.sliceDoc(key.from, key.to)) === name) return property.lastChild ?? undefined
  }
  return undefined
}

const PUNCTUATION = new Set(['[', ']', ','])

function valuesOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (let one = node.firstChild; one; one = one.nextSibling) if (!PUNCTUATION.has(one.name)) found.push(one)
  return found
}
