// JSON whose numbers keep their text. A number that JavaScript would write differently (`10.50`, `1e5`, integers from
// 2^53 on) is read as an `ExactNumber`, and written as it stood: no amount passes through a floating-point number.

import { json as words } from '#words/wire'

export class ExactNumber {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text
  }
}

export type Json = null | boolean | number | string | ExactNumber | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const DEPTH_MAX = 200

/** The number that `text` is, or undefined when it is none by JSON's grammar. */
export function numberOf(text: string): number | ExactNumber | undefined {
  if (!NUMBER.test(text)) return undefined
  const read = Number(text)
  return String(read) === text ? read : new ExactNumber(text)
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
}

export class JsonSyntaxError extends Error {
  /** at: how many characters stand before what is wrong. */
  constructor(
    detail: string,
    readonly at: number,
  ) {
    super(detail)
  }
}

/** Reads one JSON document. Throws JsonSyntaxError, which says where it stopped; a repeated key is an error too. */
export function parseExact(text: string): Json {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.end()
  return value
}

class Reader {
  private at = 0
  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > DEPTH_MAX) throw this.fault(words.deep)
    this.space()
    const next = this.text[this.at]
    if (next === '{') return this.object(depth)
    if (next === '[') return this.array(depth)
    if (next === '"') return this.string()
    return this.literal()
  }

  end(): void {
    this.space()
    if (this.at < this.text.length) throw this.fault(words.more)
  }

  private object(depth: number): JsonObject {
    const made: JsonObject = {}
    const seen = new Set<string>()
    this.at++
    if (this.taken('}')) return made
    do {
      this.space()
      if (this.text[this.at] !== '"') throw this.fault(words.name)
      const name = this.string()
      if (seen.has(name)) throw this.fault(words.twice(name))
      seen.add(name)
      if (!this.taken(':')) throw this.fault(words.colon)
      // defineProperty: a key "__proto__" is a key like any other.
      Object.defineProperty(made, name, {
        value: this.value(depth + 1),
        enumerable: true,
        writable: true,
        configurable: true,
      })
    } while (this.taken(','))
    if (!this.taken('}')) throw this.fault(words.brace)
    return made
  }

  private array(depth: number): Json[] {
    const made: Json[] = []
    this.at++
    if (this.taken(']')) return made
    do made.push(this.value(depth + 1))
    while (this.taken(','))
    if (!this.taken(']')) throw this.fault(words.bracket)
    return made
  }

  private string(): string {
    const start = this.at
    for (this.at++; this.at < this.text.length && this.text[this.at] !== '"'; this.at++)
      if (this.text[this.at] === '\\') this.at++
    this.at++
    try {
      return JSON.parse(this.text.slice(start, this.at)) as string
    } catch {
      this.at = start
      throw this.fault(words.text)
    }
  }

  private literal(): Json {
    const start = this.at
    const word = /^[\w+.-]*/.exec(this.text.slice(start, start + 10_000))?.[0] ?? ''
    if (word === 'true' || word === 'false' || word === 'null') {
      this.at += word.length
      return word === 'null' ? null : word === 'true'
    }
    const read = numberOf(word)
    if (read === undefined) throw this.fault(start >= this.text.length ? words.early : words.value)
    this.at += word.length
    return read
  }

  private taken(sign: string): boolean {
    this.space()
    if (this.text[this.at] !== sign) return false
    this.at++
    return true
  }

  private space(): void {
    while (' \n\r\t'.includes(this.text[this.at] ?? 'x')) this.at++
  }

  private fault(what: string): JsonSyntaxError {
    const before = this.text.slice(0, this.at).split('\n')
    return new JsonSyntaxError(words.at(before.length, (before.at(-1)?.length ?? 0) + 1, what), this.at)
  }
}

/** Writes a value as JSON; with `indent`, on several lines. Members that are undefined are left out. */
export function writeExact(value: unknown, indent = 0, depth = 0): string {
  if (value instanceof ExactNumber) return value.text
  if (Array.isArray(value)) return wrap('[]', value.map((item) => writeExact(item ?? null, indent, depth + 1)), indent, depth)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}:${indent ? ' ' : ''}${writeExact(member, indent, depth + 1)}`)
  return wrap('{}', members, indent, depth)
}

function wrap(signs: string, parts: string[], indent: number, depth: number): string {
  if (parts.length === 0) return signs
  const line = indent ? `\n${' '.repeat(indent * (depth + 1))}` : ''
  const last = indent ? `\n${' '.repeat(indent * depth)}` : ''
  return `${signs[0]}${line}${parts.join(`,${line}`)}${last}${signs[1]}`
}
