import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alphaForTao, balancerPrice, HALF_WEIGHT, taoForAlpha, taoToReach, weightAfterAdding } from './balancer.js'
import { powRatioScaled } from './pow-ratio.js'

const TAO = 1_000_000_000n
const ONE = 10n ** 18n

describe('powRatioScaled', () => {
  const power = (base: [bigint, bigint], exponent: [bigint, bigint], scale = ONE, precisionBits = 256n): bigint =>
    powRatioScaled({
      base: { numerator: base[0], denominator: base[1] },
      exponent: { numerator: exponent[0], denominator: exponent[1] },
      scale,
      precisionBits,
    })

  // Figures of safe-bigmath's own tests, the crate that the chain computes with.
  it.each([
    ['a small exponent', [21_000_000n * TAO, 28_000_000n * TAO], [6n * 10n ** 17n, 4n * 10n ** 17n], 649_519_052_838_328_985n],
    ['equal weights', [21_000_000n * TAO, 21_000_000n * TAO + 100n], [HALF_WEIGHT, HALF_WEIGHT], 999_999_999_999_995_238n],
    [
      'weights that are almost equal',
      [21_000_000n * TAO, 21_000_000n * TAO + 100n],
      [499_999_999_999_500_000n, 500_000_000_000_500_000n],
      999_999_999_999_995_238n,
    ],
    [
      'a base that is almost 1',
      [21_000_000n * TAO, 21_000_000n * TAO + 1n],
      [499_999_999_500_000_000n, 500_000_000_500_000_000n],
      999_999_999_999_999_952n,
    ],
  ] as [string, [bigint, bigint], [bigint, bigint], bigint][])('has the figure of the chain for %s', (_name, base, exponent, expected) => {
    expect(power(base, exponent)).toBe(expected)
  })

  it('rounds roots down', () => {
    expect(power([2n, 3n], [1n, 2n], 1000n, 0n)).toBe(816n)
    expect(power([4n, 1n], [1n, 2n])).toBe(2n * ONE)
    expect(power([0n, 1n], [1n, 2n])).toBe(0n)
    expect(power([7n, 3n], [0n, 2n])).toBe(ONE)
  })

  it('comes near to floating point by both ways', () => {
    const whole = fc.bigInt({ min: 1n, max: 10n ** 16n })
    fc.assert(
      fc.property(whole, whole, fc.integer({ min: 1, max: 999 }), fc.boolean(), (a, b, thousandths, exact) => {
        fc.pre(a < b && Number(b) / Number(a) < 1e6)
        const exponent: [bigint, bigint] = exact ? [BigInt(thousandths), 1000n] : [BigInt(thousandths) * 10n ** 15n + 1n, ONE]
        const expected = (Number(a) / Number(b)) ** (thousandths / 1000)
        expect(Number(power([a, b], exponent)) / 1e18).toBeCloseTo(expected, 9)
      }),
      { numRuns: 50 },
    )
  })
})

describe('a pool with weights', () => {
  const pool = { tao: 100n * TAO, alpha: 400n * TAO, taoWeight: HALF_WEIGHT }

  it('is the constant product where they are equal', () => {
    expect(balancerPrice(pool)).toBe((1n << 64n) / 4n)
    expect(alphaForTao(pool, 100n * TAO)).toBe(200n * TAO)
    expect(taoForAlpha(pool, 400n * TAO)).toBe(50n * TAO)
    expect(taoToReach(pool, 1n << 64n)).toBe(100n * TAO)
  })

  it('keeps its price when it grows out of proportion, and then pays by its weights', () => {
    const grown = { tao: 150n * TAO, alpha: 400n * TAO, taoWeight: weightAfterAdding(pool, { tao: 50n * TAO, alpha: 0n }) ?? 0n }
    expect(grown.taoWeight).toBe(6n * 10n ** 17n)
    expect(Number(balancerPrice(grown)) / 2 ** 64).toBeCloseTo(0.25, 12)
    // alpha · (1 − (150 / 151) ^ (0.6 / 0.4))
    expect(Number(alphaForTao(grown, TAO))).toBeCloseTo(400e9 * (1 - (150 / 151) ** 1.5), -3)
    expect(Number(taoForAlpha(grown, TAO))).toBeCloseTo(150e9 * (1 - (400 / 401) ** (0.4 / 0.6)), -3)
  })

  it('takes nothing that would leave one side without weight', () => {
    expect(weightAfterAdding(pool, { tao: 100_000n * TAO, alpha: 0n })).toBeUndefined()
    expect(weightAfterAdding({ ...pool, tao: 0n, alpha: 0n }, { tao: 0n, alpha: 0n })).toBe(HALF_WEIGHT)
  })

  it('loses a digit now and then when nothing is added, as on the chain', () => {
    const weight = weightAfterAdding({ ...pool, tao: 3n * TAO + 7n, alpha: 5n * TAO + 11n }, { tao: 0n, alpha: 0n }) ?? 0n
    expect(HALF_WEIGHT - weight).toBeLessThanOrEqual(1n)
    expect(HALF_WEIGHT - weight).toBeGreaterThanOrEqual(0n)
  })
})
