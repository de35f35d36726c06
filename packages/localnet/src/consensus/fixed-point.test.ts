import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FixedPoint, I32F32, I64F64, I96F32, U64F64, U96F32 } from './fixed-point.js'
import { maxOf, minOf } from './min-max.js'

const types = { I32F32, I64F64, I96F32, U64F64, U96F32 }
const bitsOf = ({ min, max }: FixedPoint) => fc.bigInt({ min, max })
const floorDiv = (a: bigint, b: bigint) => a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n)

describe.each(Object.entries(types))('%s', (_name, type) => {
  const inRange = (bits: bigint) => bits >= type.min && bits <= type.max

  it('rounds products down and saturates them', () => {
    fc.assert(
      fc.property(bitsOf(type), bitsOf(type), (a, b) => {
        const exact = floorDiv(a * b, type.one)
        expect(type.mul(a, b)).toBe(minOf(maxOf(exact, type.min), type.max))
        expect(type.mulOrZero(a, b)).toBe(inRange(exact) ? exact : 0n)
      }),
    )
  })

  it('rounds quotients towards zero, with a fallback for zero and overflow', () => {
    fc.assert(
      fc.property(bitsOf(type), bitsOf(type), (a, b) => {
        const exact = b === 0n ? undefined : (a * type.one) / b
        const fits = exact !== undefined && inRange(exact)
        expect(type.checkedDiv(a, b)).toBe(fits ? exact : undefined)
        expect(type.safeDiv(a, b, 7n)).toBe(fits ? exact : 7n)
      }),
    )
    expect(type.safeDiv(type.one, 0n)).toBe(0n)
  })

  it('adds and subtracts within its range', () => {
    expect(type.add(type.max, 1n)).toBe(type.max)
    expect(type.sub(type.min, 1n)).toBe(type.min)
    expect(type.add(2n, 3n)).toBe(5n)
  })

  it('goes to integers by rounding down, and back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: type.max / type.one }), fc.bigInt({ min: 0n, max: type.one - 1n }), (integer, fraction) => {
        const bits = type.fromInt(integer) + fraction
        expect(type.toU64(bits)).toBe(integer > 0xffff_ffff_ffff_ffffn ? 0xffff_ffff_ffff_ffffn : integer)
        expect(type.toU16(bits)).toBe(integer > 0xffffn ? 0xffff : Number(integer))
      }),
    )
  })

  it('drops the bits that another type has too many of', () => {
    const half = 1n << BigInt(type.fractionBits - 1)
    for (const target of Object.values(types)) {
      expect(target.from(half + 1n, type) >> BigInt(Math.max(target.fractionBits - type.fractionBits, 0))).toBe(
        (half + 1n) >> BigInt(Math.max(type.fractionBits - target.fractionBits, 0)),
      )
    }
  })
})

describe('I32F32', () => {
  it('rounds negative products down and negative quotients up', () => {
    expect(I32F32.mul(-1n, 1n)).toBe(-1n)
    expect(I32F32.safeDiv(-1n, I32F32.fromInt(2))).toBe(0n)
  })

  it('rounds halves away from zero', () => {
    const half = I32F32.one / 2n
    expect(I32F32.round(half)).toBe(I32F32.one)
    expect(I32F32.round(-half)).toBe(-I32F32.one)
    expect(I32F32.round(half - 1n)).toBe(0n)
  })

  it('takes floats to the nearest bits, ties to even', () => {
    expect([0.5, 1.5, 2.5, -0.5, 3].map((bits) => I32F32.fromFloat(bits / 2 ** 32))).toEqual([0n, 2n, 2n, 0n, 3n])
    expect(I32F32.fromFloat(1e300)).toBe(I32F32.max)
  })

  it('takes negative numbers for 0 where only natural ones fit', () => {
    expect(I32F32.toU64(-1n)).toBe(0n)
    expect(I32F32.toU16(-1n)).toBe(0)
  })

  it('wraps plain sums, as the chain does', () => {
    expect(I32F32.sum([I32F32.max, 1n])).toBe(I32F32.min)
    expect(U64F64.sum([U64F64.max, 1n])).toBe(0n)
  })
})
