/** A value as it is written in a query. */
export function quoted(value: string): string {
  return value !== '' && !/[\s"]/.test(value) ? value : JSON.stringify(value)
}
