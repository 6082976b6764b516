// The codes of a file: one a line, or the first column of a CSV file.

export type Line = { line: number; code: string }

const HEADS = ['code', 'codes', 'value', 'voucher', 'voucher code']

/** The codes of a text, with the numbers of their lines; empty lines and a heading are none. */
export function codesOf(text: string): Line[] {
  const found: Line[] = []
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .forEach((line, place) => {
      const code = firstCell(line)
      if (code !== '' && !(place === 0 && HEADS.includes(code.toLowerCase()))) found.push({ line: place + 1, code })
    })
  return found
}

function firstCell(line: string): string {
  const quoted = /^\s*"((?:[^"]|"")*)"\s*(?:[,;\t]|$)/.exec(line)
  if (quoted) return quoted[1]!.replaceAll('""', '"').trim()
  return (/^[^,;\t]*/.exec(line)?.[0] ?? '').trim()
}

const PART_CODES_MAX = 5_000
const PART_CHARACTERS_MAX = 200_000

/** Parts that one call takes. */
export function partsOf(lines: Line[]): Line[][] {
  const parts: Line[][] = []
  let characters = Infinity
  for (const line of lines) {
    if (characters + line.code.length > PART_CHARACTERS_MAX || parts.at(-1)!.length >= PART_CODES_MAX) {
      parts.push([])
      characters = 0
    }
    parts.at(-1)!.push(line)
    characters += line.code.length
  }
  return parts
}
