// What is said of a call that failed, and of JSON that cannot be read.

export const problems = {
  failed: 'It did not work',
  unknown: 'The server did not answer as expected',
  unexplained: (status: number) =>
    `The server answered ${status} without saying why. Try again; if it stays so, look at the server's log.`,
  timeout: 'No answer yet',
  timeoutDetail: 'The server has not answered in 20 seconds. Try again.',
  unreachable: 'No connection',
  offline: 'This computer is offline. Check the connection and try again.',
  away: 'The server cannot be reached. Check the connection and try again.',
  broken: 'Something broke in the console',
}

export const json = {
  at: (line: number, column: number, what: string) => `Line ${line}, column ${column}: ${what}.`,
  deep: 'it is nested too deeply',
  more: 'something follows the end',
  name: 'a name in double quotes is expected',
  twice: (name: string) => `the name "${name}" stands here a second time`,
  colon: 'a colon is expected',
  brace: 'a comma or a closing brace is expected',
  bracket: 'a comma or a closing bracket is expected',
  text: 'a text cannot be read',
  early: 'it ends too early',
  value: 'a value is expected',
}
