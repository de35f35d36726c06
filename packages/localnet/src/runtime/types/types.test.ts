import { TypeRegistry } from '@polkadot/types'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, decodeExactly } from './bytes.js'
import { boundedBytes, boundedVec, btreeMap, enumeration, option, struct, tuple, vec } from './compounds.js'
import { type Era, era, eraBirth, eraDeath } from './era.js'
import { i96f32, u64f64 } from './fixed.js'
import { bool, bytes, compactU32, compactU64, compactU128, i16, i64, i128, str, u8, u16, u32, u64, u128 } from './primitives.js'
import type { Ty } from './ty.js'
import { accountId, multiAddress } from './well-known.js'

const registry = new TypeRegistry()
const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`
const uint = (bits: number) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n })
const int = (bits: number) => fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n })
const number = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 })
const account = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hex)

const sample = enumeration('Sample', { None: [0], One: [3, u16], Two: [5, [u8, str]], Named: [9, { a: bool, b: u64 }] })

describe('every type encodes as @polkadot does, and decodes what it encoded', () => {
  const cases: [name: string, ty: Ty<never>, values: fc.Arbitrary<unknown>, polkadot: string][] = (
    [
      ['bool', bool, fc.boolean(), 'bool'],
      ['u8', u8, number(8), 'u8'],
      ['u16', u16, number(16), 'u16'],
      ['u32', u32, number(32), 'u32'],
      ['u64', u64, uint(64), 'u64'],
      ['u128', u128, uint(128), 'u128'],
      ['i16', i16, fc.integer({ min: -32768, max: 32767 }), 'i16'],
      ['i64', i64, int(64), 'i64'],
      ['i128', i128, int(128), 'i128'],
      ['compact u32', compactU32, number(32), 'Compact<u32>'],
      ['compact u64', compactU64, uint(64), 'Compact<u64>'],
      ['compact u128', compactU128, uint(128), 'Compact<u128>'],
      ['str', str, fc.string(), 'Text'],
      ['AccountId32', accountId, account, 'AccountId'],
      ['Vec<(u16, u16)>', vec(tuple(u16, u16)), fc.array(fc.tuple(number(16), number(16))), 'Vec<(u16, u16)>'],
      ['Option<u64>', option(u64), fc.option(uint(64), { nil: undefined }), 'Option<u64>'],
    ] as const
  )
    // A row's type takes what its generator makes; rows of one list forget that.
    .map(([name, ty, values, polkadot]) => [name, ty as unknown as Ty<never>, values, polkadot])

  it.each(cases)('%s', (_name, ty, values, polkadot) => {
    fc.assert(
      fc.property(values, (value) => {
        const encoded = ty.codec.enc(value as never)
        expect(hex(encoded)).toBe(hex(registry.createType(polkadot as 'u8', value as never).toU8a()))
        expect(decodeExactly(ty, encoded)).toEqual(value)
      }),
    )
  })
})

describe('compound types', () => {
  it('carry their values in and out', () => {
    const value = { type: 'Named', value: { a: true, b: 7n } } as const
    expect(hex(sample.codec.enc(value))).toBe('0x09010700000000000000')
    expect(decodeExactly(sample, sample.codec.enc(value))).toEqual(value)
    expect(decodeExactly(sample, Uint8Array.of(0))).toEqual({ type: 'None', value: undefined })
    expect(decodeExactly(sample, Uint8Array.of(5, 1, 4, 0x61))).toEqual({ type: 'Two', value: [1, 'a'] })
  })

  it('refuse what is too long', () => {
    expect(() => boundedVec(u8, 2).codec.dec(Uint8Array.of(12, 1, 2, 3))).toThrow(RangeError)
    expect(() => boundedBytes(2).codec.enc(Uint8Array.of(1, 2, 3))).toThrow(RangeError)
    expect(boundedBytes(2).codec.dec(Uint8Array.of(8, 1, 2))).toEqual(Uint8Array.of(1, 2))
  })

  it('keep fixed-point numbers as their bits', () => {
    expect(i96f32.codec.dec(i96f32.codec.enc({ bits: -1n }))).toEqual({ bits: -1n })
    expect(hex(u64f64.codec.enc({ bits: 1n << 64n }))).toBe(`0x${'00'.repeat(8)}01${'00'.repeat(7)}`)
  })

  it('keep maps as entries', () => {
    const map = btreeMap(u16, u64)
    expect(map.codec.dec(map.codec.enc([[1, 2n]]))).toEqual([[1, 2n]])
  })
})

describe('decoding', () => {
  const two = struct('', { a: u8, b: bytes })

  it('copies a view before it decodes it', () => {
    const view = Uint8Array.of(9, 9, 5, 4, 7).subarray(2)
    expect(decode(two, view)).toEqual({ a: 5, b: Uint8Array.of(7) })
    expect(decode(two, Buffer.from([5, 4, 7]))).toEqual({ a: 5, b: Uint8Array.of(7) })
  })

  it.each([
    ['bytes that are missing', Uint8Array.of(5, 8, 7)],
    ['bytes that are left', Uint8Array.of(5, 4, 7, 0)],
    ['a length in a longer form than needed', Uint8Array.of(5, 0b101, 0, 7)],
    ['nothing', new Uint8Array()],
  ])('exactly refuses %s', (_name, input) => {
    expect(() => decodeExactly(two, input)).toThrow(RangeError)
  })

  it('refuses variants that do not exist', () => {
    expect(() => decodeExactly(sample, Uint8Array.of(1))).toThrow()
    expect(() => decodeExactly(multiAddress, Uint8Array.of(200))).toThrow()
  })
})

describe('eras', () => {
  const mortal = fc
    .tuple(fc.integer({ min: 2, max: 16 }), fc.integer({ min: 0, max: 1_000_000 }))
    .map(([power, current]) => ({ current, encoded: registry.createType('ExtrinsicEra', { current, period: 2 ** power }).toU8a() }))

  it('are those of @polkadot', () => {
    fc.assert(
      fc.property(mortal, ({ current, encoded }) => {
        // From the bytes: long eras are rounded when they are encoded.
        const theirs = registry.createType('ExtrinsicEra', encoded).asMortalEra
        const ours = decodeExactly(era, encoded) as Extract<Era, { type: 'Mortal' }>
        expect(ours.period).toBe(theirs.period.toNumber())
        expect(ours.phase).toBe(theirs.phase.toNumber())
        expect(eraBirth(ours, current)).toBe(theirs.birth(current))
        expect(eraDeath(ours, current)).toBe(theirs.death(current))
        expect(hex(era.codec.enc(ours))).toBe(hex(encoded))
      }),
    )
  })

  it('may last for ever', () => {
    expect(decodeExactly(era, Uint8Array.of(0))).toEqual({ type: 'Immortal' })
    expect(eraDeath({ type: 'Immortal' }, 5)).toBe(Number.POSITIVE_INFINITY)
  })

  it('have a phase within their period', () => {
    // Period 4 and phase 5.
    expect(() => decode(era, Uint8Array.of(0x51, 0))).toThrow(RangeError)
  })
})
