import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from './byte-writer.js'
import { vec } from './compounds.js'
import { Encoded, orEncoded } from './encoded.js'
import { compactU64, u16 } from './primitives.js'

describe('writing SCALE by hand', () => {
  it('gives what the codec gives, for every number of 64 bits', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 2n ** 64n - 1n)), (values) => {
        const writer = new ByteWriter(1).compact(values.length)
        for (const value of values) writer.compact(value)
        expect(writer.written).toEqual(vec(compactU64).codec.enc(values))
      }),
    )
  })

  it.each([0, 63, 64, 16383, 16384, 2 ** 30 - 1, 2 ** 30, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    'takes %i as a number too',
    (value) => {
      expect(new ByteWriter().compact(value).written).toEqual(compactU64.codec.enc(BigInt(value)))
    },
  )

  it('a value that is encoded already goes through as it is', () => {
    const ty = orEncoded(vec(u16))
    expect(ty.codec.enc([1, 2])).toEqual(vec(u16).codec.enc([1, 2]))
    expect(ty.codec.enc(new Encoded(Uint8Array.of(4, 9, 0)))).toEqual(Uint8Array.of(4, 9, 0))
    expect(ty.codec.dec(Uint8Array.of(4, 9, 0))).toEqual([9])
  })
})
