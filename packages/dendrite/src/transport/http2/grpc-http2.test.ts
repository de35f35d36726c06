import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeStatusMessage, parseStatus, timeoutHeader } from './grpc-http2.js'

describe('gRPC over HTTP/2', () => {
  it('grpc-timeout has 8 digits at most and is never too short', () => {
    expect([0.2, 1, 99_999_999, 100_000_000, 1e15].map(timeoutHeader)).toEqual(['1m', '1m', '99999999m', '100000S', '99999999S'])
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e10, noNaN: true }), (ms) => {
        const [, digits, unit] = /^(\d{1,8})(m|S)$/.exec(timeoutHeader(ms)) ?? []
        expect(Number(digits) * (unit === 'S' ? 1000 : 1)).toBeGreaterThanOrEqual(ms)
      }),
    )
  })

  it('grpc-status is a number from 0 to 16, written plainly', () => {
    expect(['0', '7', '16', '17', '00', '-1', ' 0', '0, 0', '', '1.0'].map(parseStatus)).toEqual([0, 7, 16, 2, 2, 2, 2, 2, 2, 2])
  })

  it('grpc-message comes back, whatever was in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), (text) => {
        const encoded = [...Buffer.from(text)]
          .map((byte) =>
            byte >= 0x20 && byte <= 0x7e && byte !== 0x25 ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`,
          )
          .join('')
        expect(decodeStatusMessage(encoded)).toBe(text)
      }),
    )
    expect(decodeStatusMessage('100% %zz %4')).toBe('100% %zz %4')
    expect(decodeStatusMessage(undefined)).toBe('')
  })
})
