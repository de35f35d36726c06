import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeIp, encodeIp } from './ip.js'

describe('addresses of the chain', () => {
  it('encodes as subtensor does', () => {
    expect(encodeIp('127.0.0.1')).toEqual({ ip: 0x7f000001n, ipType: 4 })
    expect(encodeIp('::1')).toEqual({ ip: 1n, ipType: 6 })
    expect(encodeIp('2001:db8::8a2e:370:7334')).toEqual({ ip: 0x20010db8000000000000_8a2e03707334n, ipType: 6 })
    expect(encodeIp('::ffff:192.0.2.1')).toEqual({ ip: 0xffff_c0000201n, ipType: 6 })
  })

  it('round-trips every IPv4 address', () => {
    fc.assert(
      fc.property(
        fc.ipV4().filter((ip) => ip !== '0.0.0.0'),
        (ip) => {
          const encoded = encodeIp(ip)
          expect(decodeIp(encoded.ip, encoded.ipType)).toBe(ip)
        },
      ),
    )
  })

  it('round-trips every IPv6 address by value, in the form of RFC 5952', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: (1n << 128n) - 1n }), (ip) => {
        const text = decodeIp(ip, 6) ?? ''
        expect(isIPv6(text)).toBe(true)
        expect(encodeIp(text)).toEqual({ ip, ipType: 6 })
      }),
    )
    expect(decodeIp(0x20010db8_00000000_00010000_00000001n, 6)).toBe('2001:db8::1:0:0:1')
    expect(decodeIp(1n, 6)).toBe('::1')
    expect(decodeIp(1n << 112n, 6)).toBe('1::')
  })

  it('reads nothing from 0, from an unknown type and from a number out of range', () => {
    expect(decodeIp(0n, 4)).toBeUndefined()
    expect(decodeIp(5n, 5)).toBeUndefined()
    expect(decodeIp(1n << 32n, 4)).toBeUndefined()
    expect(decodeIp(1n << 128n, 6)).toBeUndefined()
  })

  it.each(['localhost', '', '1.2.3', '1.2.3.4:80', 'fe80::1%eth0', '[::1]'])('refuses %j', (host) => {
    expect(() => encodeIp(host)).toThrow(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
  })
})
