import { expect, test } from 'vitest'
import { isAllowed, isLoopback } from './access.js'

test.each([
  ['localhost', true],
  ['LOCALHOST', true],
  ['app.localhost', true],
  ['127.0.0.1', true],
  ['127.9.8.7', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['localhost.example', false],
  ['127.0.0.1.example', false],
  ['127.example', false],
  ['', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})

const rules = { allowRemote: false, allowedOrigins: ['https://polkadot.js.org'] }

test.each([
  [{ host: '127.0.0.1:9944' }, true],
  [{ host: '[::1]:9944' }, true],
  [{}, false],
  [{ host: 'rebound.example:9944' }, false],
  [{ host: ':' }, false],
  [{ host: 'localhost', origin: 'http://localhost:3000' }, true],
  [{ host: 'localhost', origin: 'https://polkadot.js.org' }, true],
  [{ host: 'localhost', origin: 'https://polkadot.js.org.example' }, false],
  [{ host: 'localhost', origin: 'null' }, false],
  [{ host: 'localhost', origin: 'file://localhost' }, false],
])('%o is let in: %s', (headers, expected) => {
  expect(isAllowed(headers, rules)).toBe(expected)
})

test('a remote Host is fine where remote access is wanted; a foreign Origin never', () => {
  expect(isAllowed({ host: 'node.example' }, { ...rules, allowRemote: true })).toBe(true)
  expect(isAllowed({ host: 'node.example', origin: 'https://evil.example' }, { ...rules, allowRemote: true })).toBe(false)
})
