import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCallSource } from './call-source.js'

const sourceOf = createCallSource(['10.0.0.0/8', 'fd00::/8', '192.0.2.1'])
const from = (address: string | undefined, ...forwarded: string[]) =>
  sourceOf({
    headers: forwarded.length === 0 ? {} : { 'x-forwarded-for': forwarded },
    connection: { source: `peer ${address}`, address },
  })

describe('createCallSource', () => {
  it('goes by the peer without proxies, and when the peer is none', () => {
    const headers = { 'x-forwarded-for': ['203.0.113.9'] }
    expect(createCallSource()({ headers, connection: { source: 'peer', address: '10.0.0.1' } })).toBe('peer')
    expect(createCallSource([])({ headers, connection: { source: 'peer', address: '10.0.0.1' } })).toBe('peer')
    expect(from('203.0.113.1', '203.0.113.9')).toBe('peer 203.0.113.1')
    expect(from(undefined, '203.0.113.9')).toBe('peer undefined')
  })

  it.each([
    ['10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
    ['fd00::1', '2001:db8:1:2:3::4', '2001:db8:1:2::/64'],
    ['192.0.2.1', '203.0.113.9', '203.0.113.9'],
    ['192.0.2.2', '203.0.113.9', 'peer 192.0.2.2'],
    // What stands to the left was there before the trusted proxies wrote.
    ['10.1.2.3', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['10.1.2.3', '198.51.100.1,203.0.113.9 , 10.9.9.9,fd12::7', '203.0.113.9'],
    ['10.1.2.3', '198.51.100.1, nonsense, 10.9.9.9', 'peer 10.1.2.3'],
    ['10.1.2.3', '10.9.9.9, 10.8.8.8', 'peer 10.1.2.3'],
    ['10.1.2.3', '', 'peer 10.1.2.3'],
    ['10.1.2.3', '203.0.113.9, ', 'peer 10.1.2.3'],
    ['10.1.2.3', '203.0.113.9:1234', 'peer 10.1.2.3'],
    ['10.1.2.3', 'unknown', 'peer 10.1.2.3'],
  ])('%s that forwards "%s" counts as %s', (address, forwarded, source) => {
    expect(from(address, forwarded)).toBe(source)
  })

  it('takes a header that came in several lines as one', () => {
    expect(from('10.1.2.3', '198.51.100.1', '203.0.113.9')).toBe('203.0.113.9')
  })

  it('is not led astray by whatever a stranger wrote before its own address', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), { maxLength: 40 }), (written) => {
        expect(from('10.1.2.3', [...written, '203.0.113.9'].join(','))).toBe('203.0.113.9')
      }),
      { numRuns: 500 },
    )
  })

  it.each(['10.0.0.0/33', '::/129', 'example.com', '10.0.0', '', '10.0.0.0/', '10.0.0.0/8/8', '/8'])('refuses %s', (range) => {
    expect(() => createCallSource([range])).toThrowError(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
  })
})
