// Numbers as they are read, in the language of the words. The one place that writes them.

import { language } from '#words/language'
import type { ExactNumber } from '../api/exactJson'

type Number = number | bigint | string | ExactNumber

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/
const format = new Intl.NumberFormat(language, { maximumFractionDigits: 100 })

/** `1,234.5`: digit by digit what it is, also where JavaScript has no such number and it is kept as a text. A text that
 * is no number stays as it is. */
export function written(value: Number): string
export function written(value: Number | null | undefined): string | undefined
export function written(value: Number | null | undefined): string | undefined {
  if (value == null) return undefined
  if (typeof value === 'number' || typeof value === 'bigint') return format.format(value)
  const text = String(value)
  return NUMBER.test(text) ? format.format(text as never) : text
}

/** A change, with its sign: `+15`, `−3`, `0`. */
export function signed(value: number): string {
  const size = written(Math.abs(value))
  return value > 0 ? `+${size}` : value < 0 ? `−${size}` : '0'
}
