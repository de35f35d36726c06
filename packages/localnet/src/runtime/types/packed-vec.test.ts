import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { vec } from './compounds.js'
import { packedOffset } from './packed-vec.js'
import { u64 } from './primitives.js'

it('finds every item of an encoded list, and nothing beyond it', () => {
  const lengths = fc.oneof(fc.nat(80), fc.constantFrom(63, 64, 256, 16_383, 16_384, 20_000))
  fc.assert(
    fc.property(lengths, fc.nat(), (length, pick) => {
      const items = Array.from({ length }, (_, at) => BigInt(at) * 7n)
      const encoded = vec(u64).codec.enc(items)
      expect(packedOffset(encoded, { width: 8, at: length })).toBeUndefined()
      if (length === 0) return
      const at = pick % length
      const offset = packedOffset(encoded, { width: 8, at }) ?? -1
      expect(new DataView(encoded.buffer, encoded.byteOffset).getBigUint64(offset, true)).toBe(items[at])
    }),
    { numRuns: 60 },
  )
})

it('refuses a length that no list has', () => {
  expect(() => packedOffset(Uint8Array.of(3, 0, 0, 0, 1), { width: 1, at: 0 })).toThrow(RangeError)
})
