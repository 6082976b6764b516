// A row's value as somebody types it. What the fact is decides whether `50` is a number or a text; where that is not
// known, what reads as a number, a truth or null is one, and quotes make it a text.

import { JsonSyntaxError, numberOf, parseExact, writeExact, type Json } from '../api/exactJson'
import type { Kind } from './facts'

const WORDS: Record<string, Json> = { true: true, false: false, null: null }

/** The value that a text stands for. Nothing is refused: what cannot be read as something else is a text. */
export function valueOf(text: string, kind: Kind): Json {
  const trimmed = text.trim()
  if (kind === 'text' || kind === 'instant') return trimmed
  const read = quoted(trimmed) ?? numberOf(trimmed)
  if (read !== undefined) return read
  return Object.hasOwn(WORDS, trimmed) ? WORDS[trimmed]! : trimmed
}

/** The text that stands for a value: `valueOf` makes the same of it. */
export function textOf(value: Json | undefined, kind: Kind): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return writeExact(value)
  const isPlain = value === value.trim() && valueOf(value, kind) === value
  return isPlain ? value : kind === 'text' || kind === 'instant' ? value : JSON.stringify(value)
}

/** The values of a list, as they are typed: between commas, in quotes where they have a comma themselves. */
export function valuesOf(text: string, kind: Kind): Json[] {
  const trimmed = text.trim()
  const read = trimmed.startsWith('[') ? quoted(trimmed) : undefined
  if (Array.isArray(read)) return read
  return parts(text)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const unquoted = part.startsWith('"') ? quoted(part) : undefined
      return typeof unquoted === 'string' ? unquoted : valueOf(part, kind)
    })
}

export function listText(values: Json, kind: Kind): string {
  if (!Array.isArray(values)) return textOf(values, kind)
  return values
    .map((value) => {
      const text = textOf(value, kind)
      const isOdd = typeof value === 'string' && (/[",]|^\[/.test(text) || text !== text.trim() || text === '')
      return isOdd ? JSON.stringify(value) : text
    })
    .join(', ')
}

/** JSON that is written with a sign at its beginning that says so. */
function quoted(text: string): Json | undefined {
  if (!/^["[{]/.test(text)) return undefined
  try {
    return parseExact(text)
  } catch (fault) {
    if (fault instanceof JsonSyntaxError) return undefined
    throw fault
  }
}

function parts(text: string): string[] {
  const found = ['']
  let isQuoted = false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!
    if (sign === '\\' && isQuoted) {
      found[found.length - 1] += sign + (text[++at] ?? '')
      continue
    }
    if (sign === '"') isQuoted = !isQuoted
    if (!isQuoted && '[{'.includes(sign)) depth++
    if (!isQuoted && ']}'.includes(sign)) depth--
    if (sign === ',' && !isQuoted && depth <= 0) found.push('')
    else found[found.length - 1] += sign
  }
  return found
}
