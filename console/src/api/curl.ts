// The same call by hand.

/** A text as one word of a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The `curl` that sends `body` to `path`; the token stays out of it. */
export function curl(method: string, path: string, apiKey: string, body?: string): string {
  const lines = [
    `curl -sS -X ${method} ${quoted(location.origin + path)}`,
    `-H ${quoted(`X-Api-Key: ${apiKey}`)}`,
    `-H "Authorization: Bearer $PUNCHCARD_TOKEN"`,
  ]
  if (body !== undefined) lines.push(`-H 'Content-Type: application/json'`, `-d ${quoted(body)}`)
  return lines.join(' \\\n  ')
}
