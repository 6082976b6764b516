// What a browser calls itself, in two words. Only for reading: nothing is decided by it.

const BROWSERS: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Version\/.*Safari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** `Firefox, Windows`; undefined for what is none of those known. */
export function browserOf(userAgent: string | undefined): string | undefined {
  if (!userAgent) return undefined
  const named = (among: [RegExp, string][]) => among.find(([pattern]) => pattern.test(userAgent))?.[1]
  const found = [named(BROWSERS), named(SYSTEMS)].filter(Boolean).join(', ')
  return found || userAgent.slice(0, 40)
}
