// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { localPath, tokenIn } from './signIn'

// T56: nothing leads out of the console after signing in.
test.each([
  ['/console/events?type=A', '/events?type=A'],
  ['/console/', '/'],
  ['/console/users/1', '/users/1'],
  [null, '/'],
  ['https://evil.example/console/events', '/'],
  ['//evil.example/console/events', '/'],
  ['/\\evil.example', '/'],
  ['/console//evil.example', '/'],
  ['/console/../../evil', '/'],
  ['/console/sign-in/oidc?code=1', '/'],
  ['javascript:alert(1)', '/'],
  ['/v1/tenant/', '/'],
])('%s leads to %s', (address, path) => {
  expect(localPath(address)).toBe(path)
})

test('a token is found in a link, and taken as it is', () => {
  expect(tokenIn('https://x.example/console/sign-in#token=pcl_1')).toBe('pcl_1')
  expect(tokenIn(' pcl_1 ')).toBe('pcl_1')
})
