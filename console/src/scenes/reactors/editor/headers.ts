// The headers of a webhook as they are typed, one a line, and as they are sent: an object, or the text that is none yet.

import { editor } from '#words/reactor-editor'
import { isObject, type Json } from '../../../api/exactJson'

const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '')
const nameOf = (line: string) => line.slice(0, line.indexOf(':')).trim()

/** Why a text names no headers, in a sentence. */
export function headersFault(text: string): string | undefined {
  const lines = linesOf(text)
  const broken = lines.find((line) => nameOf(line) === '' || !line.includes(':'))
  if (broken !== undefined) return editor.headerBroken(broken.trim())
  const names = lines.map((line) => nameOf(line).toLowerCase())
  const again = lines.find((_, place) => names.indexOf(names[place]!) < place)
  return again === undefined ? undefined : editor.headerTwice(nameOf(again))
}

/** What is sent: an object; the text itself where it names none, for the server to refuse; nothing of nothing. */
export function headersOf(text: string): Json | undefined {
  const lines = linesOf(text)
  if (lines.length === 0) return undefined
  if (headersFault(text) !== undefined) return text
  return Object.fromEntries(lines.map((line) => [nameOf(line), line.slice(line.indexOf(':') + 1).trim()]))
}

export function headersText(headers: Json | undefined): string {
  if (typeof headers === 'string') return headers
  return Object.entries(isObject(headers) ? headers : {})
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n')
}
