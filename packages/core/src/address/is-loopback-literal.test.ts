import { isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLoopbackLiteral } from './is-loopback-literal.js'

describe('isLoopbackLiteral', () => {
  it.each(['127.0.0.1', '127.0.0.2', '127.255.255.255', '127.0.0.0', '::1'])('takes %s', (host) => {
    expect(isLoopbackLiteral(host)).toBe(true)
  })

  it.each([
    'localhost',
    '127.1',
    '127.0.0.1.',
    '127.0.0.01',
    '127.0.0.256',
    '0127.0.0.1',
    '127.0.0.1\n',
    ' 127.0.0.1',
    '127.0.0.1.nip.io',
    '128.0.0.1',
    '0.0.0.0',
    '0x7f000001',
    '2130706433',
    '::ffff:127.0.0.1',
    '[::1]',
    '::',
    '',
  ])('refuses %o', (host) => {
    expect(isLoopbackLiteral(host)).toBe(false)
  })

  it('is what Node calls an IPv4 address that starts with 127', () => {
    const part = fc.oneof(fc.integer({ min: 0, max: 300 }).map(String), fc.stringMatching(/^[0-9]{0,4}$/))
    fc.assert(
      fc.property(fc.constantFrom('127', '128', '12', '0127'), part, part, part, (a, b, c, d) => {
        const host = [a, b, c, d].join('.')
        expect(isLoopbackLiteral(host)).toBe(isIPv4(host) && host.startsWith('127.'))
      }),
      { numRuns: 500 },
    )
  })
})
