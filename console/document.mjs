// Writes openapi.json from a running server, in a form whose changes can be read.

import { writeFileSync } from 'node:fs'

const server = process.env.PUNCHCARD_URL ?? 'http://127.0.0.1:8080'
const answer = await fetch(new URL('/openapi.json', server))
if (!answer.ok) throw new Error(`${server} answered ${answer.status}`)
writeFileSync(new URL('openapi.json', import.meta.url), `${JSON.stringify(await answer.json(), null, 1)}\n`)
