// The language of the search box: conditions, with spaces between them, all of which have to hold.
//
//     type:PURCHASED_COFFEE  subject:ada  source:secret          -type:…  -source:…  -payload.kind:tea
//     after:2h  before:2026-03-01  occurred>yesterday            since the report; since it happened
//     payload.total>50  payload.lines.product:tea  payload.note~"thank you"
//
// Pure: what the words mean to the server and to the page is told by `conditions.ts`.

import { stream } from '#words/stream'

export type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=' | '~'
export type Condition = {
  kind: 'type' | 'subject' | 'source' | 'reported' | 'occurred' | 'payload'
  operator: Operator
  /** Without its quotes. */
  value: string
  isQuoted: boolean
  /** Of a payload: the names on the way. */
  path: string[]
  /** Where it stands in the text. */
  start: number
  end: number
}
export type QueryFault = { start: number; end: number; message: string }
export type Parsed = { conditions: Condition[]; faults: QueryFault[] }

export const KEYS = ['type', 'subject', 'after', 'before', 'occurred', 'reported', 'source', 'payload'] as const
const FLIPPED: Partial<Record<Operator, Operator>> = { '=': '!=', '!=': '=', '>': '<=', '>=': '<', '<': '>=', '<=': '>' }
const NAME = String.raw`(?:"(?:[^"\\]|\\.)*"|[^\s.,<>=!~:"\\]+)`
const HEAD = new RegExp(String.raw`(-?)(${NAME}(?:\.${NAME})*)(!=|>=|<=|[:=<>~])`, 'y')
const VALUE = /"(?:[^"\\]|\\.)*"|[^\s"]+/y
const STEP = new RegExp(NAME, 'g')
const WORD = /\S+/y
const faults = stream.faults

/** Reads a query. What cannot be read is told with its place; the rest is there all the same. */
export function parse(text: string): Parsed {
  const found: Parsed = { conditions: [], faults: [] }
  for (let at = skip(text, 0); at < text.length; at = skip(text, at)) {
    const read = one(text, at)
    if ('message' in read) found.faults.push(read)
    else found.conditions.push(read)
    at = read.end
  }
  found.faults.push(...repeated(found.conditions))
  return found
}

const skip = (text: string, at: number) => at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0)

function matched(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function one(text: string, start: number): Condition | QueryFault {
  const word = matched(WORD, text, start)![0]
  const fault = (message: string, end = start + word.length): QueryFault => ({ start, end, message })
  const head = matched(HEAD, text, start)
  if (!head) return fault(word.includes('"') ? faults.quote : faults.noCondition(word))
  const [whole, minus, name, sign] = head as unknown as [string, string, string, string]
  const written = matched(VALUE, text, start + whole.length)
  if (!written) return word === whole ? fault(faults.noValue(whole)) : fault(faults.quote)
  const end = start + whole.length + written[0].length
  if (end < text.length && !/\s/.test(text[end]!)) return fault(faults.quote, end + matched(WORD, text, end)![0].length)
  const value = unquoted(written[0])
  const path = name.match(STEP)!.map(unquoted)
  if (value === undefined || path.includes(undefined)) return fault(faults.quote, end)
  const made = meant(name, path as string[], sign, minus === '-', value)
  if (typeof made === 'string') return fault(made, end)
  return { ...made, value, isQuoted: written[0].startsWith('"'), start, end }
}

type Meant = Pick<Condition, 'kind' | 'operator' | 'path'>

function meant(name: string, path: string[], sign: string, isNegated: boolean, value: string): Meant | string {
  const operator = (sign === ':' ? '=' : sign) as Operator
  const key = path[0]!
  if (key === 'payload') {
    if (path.length < 2) return faults.noPlace
    const turned = isNegated ? FLIPPED[operator] : operator
    if (!turned) return faults.notTurned(name + sign)
    if (operator === '~' && value === '') return faults.noValue(name + sign)
    return { kind: 'payload', operator: turned, path: path.slice(1) }
  }
  if (path.length > 1) return faults.unknown(name)
  if (key === 'after' || key === 'before') {
    if (isNegated) return faults.notTurned(key)
    if (operator !== '=') return faults.onlyColon(key)
    return { kind: 'reported', operator: key === 'after' ? '>=' : '<', path: [] }
  }
  if (key === 'reported' || key === 'occurred') {
    if (isNegated) return faults.notTurned(key)
    if (!/[<>]/.test(operator)) return faults.onlyOrder(key)
    return { kind: key, operator: operator.startsWith('>') ? '>=' : '<', path: [] }
  }
  if (key !== 'type' && key !== 'subject' && key !== 'source') return faults.unknown(name)
  if (operator !== '=' && operator !== '!=') return faults.onlyColon(key)
  const isNot = (operator === '!=') !== isNegated
  if (isNot && key === 'subject') return faults.notTurned(key)
  return { kind: key, operator: isNot ? '!=' : '=', path: [] }
}

function unquoted(text: string): string | undefined {
  if (!text.startsWith('"')) return text
  try {
    return JSON.parse(text) as string
  } catch {
    return undefined
  }
}

/** The server takes one of each; payload conditions are many. */
function repeated(conditions: Condition[]): QueryFault[] {
  const seen = new Set<string>()
  const twice: QueryFault[] = []
  for (const { kind, operator, start, end } of conditions) {
    const key = `${kind}${operator}`
    if (kind !== 'payload' && seen.has(key)) twice.push({ start, end, message: faults.twice(kind) })
    seen.add(key)
  }
  const payload = conditions.filter((condition) => condition.kind === 'payload')
  const tooMany = payload[PAYLOAD_MAX]
  if (tooMany) twice.push({ start: tooMany.start, end: tooMany.end, message: faults.tooMany(PAYLOAD_MAX) })
  return twice
}

const PAYLOAD_MAX = 8

/** The query without one condition. */
export function without(text: string, { start, end }: { start: number; end: number }): string {
  return `${text.slice(0, start).trimEnd()} ${text.slice(end).trimStart()}`.trim()
}

/** The query with a condition in the place of those that say something of the same kind. */
export function withInstead(text: string, kinds: Condition['kind'][], written: string): string {
  let left = text
  for (;;) {
    const old = parse(left).conditions.find((condition) => kinds.includes(condition.kind))
    if (!old) return `${left.trim()} ${written}`.trim()
    left = without(left, old)
  }
}
