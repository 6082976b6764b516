// Numbers by their texts, compared exactly.

const PARTS = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/

export function isNumber(text: string): boolean {
  return PARTS.test(text)
}

/** Below zero where `one` is the smaller. Both are numbers as JSON writes them, with up to three digits of exponent. */
export function compareNumbers(one: string, other: string): number {
  const [a, b] = [read(one), read(other)]
  const scale = Math.min(a.exponent, b.exponent)
  const difference = a.digits * 10n ** BigInt(a.exponent - scale) - b.digits * 10n ** BigInt(b.exponent - scale)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function read(text: string): { digits: bigint; exponent: number } {
  const [, minus, whole, fraction = '', exponent = '0'] = PARTS.exec(text) ?? []
  const digits = BigInt(`${whole ?? 0}${fraction}`)
  return { digits: minus ? -digits : digits, exponent: Number(exponent) - fraction.length }
}
