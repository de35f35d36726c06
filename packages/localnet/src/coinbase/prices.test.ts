import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { I96F32, U64F64 } from '../consensus/fixed-point.js'
import { nextMovingPrice } from './moving-price.js'
import { networkLockCost } from './network-lock-cost.js'
import { DEFAULT_FEE_RATE, MINIMUM_RESERVE, poolPrice, swapAlphaForTao, swapFee, swapTaoForAlpha } from './pool-swap.js'
import { bumpBurn, burnDecayFactor, decayBurn } from './registration-burn.js'

const TAO = 1_000_000_000n

describe('registration burn', () => {
  // The chain's defaults: half-life 360 blocks, a rise by 1.26, from 0.0005 to 100 TAO.
  const bounds = { min: 500_000n, max: 100n * TAO }
  const multiplier = 23_242_897_532_874_035_200n

  it('halves in its half-life', () => {
    const decayFactor = burnDecayFactor(360)
    let burn = TAO
    for (let block = 2n; block < 362n; block++) burn = decayBurn({ burn, decayFactor, block, bounds })
    expect(Number(burn) / Number(TAO)).toBeCloseTo(0.5, 5)
  })

  it('has the exact factor for a half-life of 1, and none for 0', () => {
    expect(burnDecayFactor(1)).toBe(1n << 31n)
    expect(burnDecayFactor(0)).toBe(1n << 32n)
  })

  it('is the factor whose power is one half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff }), (halfLife) => {
        expect((Number(burnDecayFactor(halfLife)) / 2 ** 32) ** halfLife).toBeCloseTo(0.5, 3)
      }),
      { numRuns: 50 },
    )
  })

  it('rises by 1.26 and stays within its bounds', () => {
    expect(Number(bumpBurn({ burn: TAO, multiplier, bounds }))).toBeCloseTo(1.26e9, -1)
    expect(bumpBurn({ burn: 99n * TAO, multiplier, bounds })).toBe(bounds.max)
    expect(bumpBurn({ burn: TAO, multiplier: 0n, bounds })).toBe(TAO)
    expect(decayBurn({ burn: bounds.min, decayFactor: burnDecayFactor(360), block: 9n, bounds })).toBe(bounds.min)
  })

  it('does not decay in the first block', () => {
    const decayFactor = burnDecayFactor(360)
    expect(decayBurn({ burn: TAO, decayFactor, block: 1n, bounds })).toBe(TAO)
    expect(decayBurn({ burn: TAO, decayFactor, block: 2n, bounds })).toBeLessThan(TAO)
  })
})

describe('networkLockCost', () => {
  const lock = { lastLock: 1000n * TAO, minLock: 1000n * TAO, reductionInterval: 100_800n }

  it('is the last lock at first, then twice that, falling to the minimum', () => {
    const cost = (lastLockBlock: bigint, block: bigint) => networkLockCost({ ...lock, lastLockBlock, block })
    expect(cost(0n, 0n)).toBe(1000n * TAO)
    expect(cost(0n, 50_400n)).toBe(1000n * TAO)
    expect(cost(10n, 10n)).toBe(2000n * TAO)
    expect(Number(cost(10n, 50_410n))).toBeCloseTo(1.5e12, -6)
    expect(cost(10n, 1_000_000n)).toBe(1000n * TAO)
  })

  it('does not fall without an interval', () => {
    expect(networkLockCost({ ...lock, reductionInterval: 0n, lastLockBlock: 10n, block: 9_999n })).toBe(2000n * TAO)
  })
})

describe('nextMovingPrice', () => {
  // The chain's defaults.
  const settings = { movingAlpha: 12_885n, halvingBlocks: 201_600n }

  it('does not move in the block of start_call', () => {
    const movingPrice = I96F32.one / 4n
    expect(nextMovingPrice({ ...settings, movingPrice, price: U64F64.one, blocksSinceStart: 0n })).toBe(movingPrice)
  })

  it('counts prices above 1 as 1', () => {
    const next = (price: bigint) => nextMovingPrice({ ...settings, movingPrice: 0n, price, blocksSinceStart: 201_600n })
    expect(next(U64F64.one * 5n)).toBe(next(U64F64.one))
    expect(Number(next(U64F64.one)) / 2 ** 32).toBeCloseTo(3e-6 / 2, 8)
  })

  it('stays between the old average and the price', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(unit, unit, fc.bigInt({ min: 0n, max: 10_000_000n }), (old, spot, blocksSinceStart) => {
        const movingPrice = I96F32.fromFloat(old)
        const price = U64F64.fromFloat(spot)
        const next = nextMovingPrice({ ...settings, movingPrice, price, blocksSinceStart })
        const [low, high] = [movingPrice, I96F32.from(price, U64F64)].sort((a, b) => (a < b ? -1 : 1)) as [bigint, bigint]
        expect(next).toBeGreaterThanOrEqual(low - 2n)
        expect(next).toBeLessThanOrEqual(high)
      }),
    )
  })
})

describe('pool', () => {
  const amount = fc.bigInt({ min: MINIMUM_RESERVE, max: 10_000_000n * TAO })

  it('takes a fee of 0.05 % on the input', () => {
    expect(swapFee(65_535n * TAO, DEFAULT_FEE_RATE)).toBe(33n * TAO - 1n)
    expect(swapFee(TAO, 0)).toBe(0n)
  })

  it('prices alpha by the reserves', () => {
    expect(poolPrice({ tao: 3n * TAO, alpha: 4n * TAO })).toBe((U64F64.one * 3n) / 4n)
    expect(poolPrice({ tao: 3n * TAO, alpha: 0n })).toBe(0n)
  })

  it('pays out by the constant product, never more', () => {
    fc.assert(
      fc.property(amount, amount, fc.bigInt({ min: 2_000_000n, max: 1_000_000n * TAO }), (tao, alpha, spent) => {
        const result = swapTaoForAlpha({ reserves: { tao, alpha }, tao: spent, feeRate: DEFAULT_FEE_RATE })
        fc.pre(result.ok)
        if (!result.ok) return
        const { paidIn, paidOut, fee } = result.swap
        expect(paidIn + fee).toBe(spent)
        const ideal = (alpha * paidIn) / (tao + paidIn)
        // The power is rounded down to 18 decimals, in favour of the buyer.
        const slack = alpha / 10n ** 18n + 1n
        expect(paidOut).toBeLessThanOrEqual(ideal + slack)
        expect(paidOut).toBeGreaterThanOrEqual(ideal - slack)
        expect(paidOut).toBeLessThan(alpha)
      }),
    )
  })

  it.each([
    ['more than a thousand reserves', { tao: TAO, alpha: TAO }, 1001n * TAO, 'SwapInputTooLarge'],
    ['a pool without alpha', { tao: TAO, alpha: MINIMUM_RESERVE - 1n }, TAO, 'ReservesTooLow'],
    ['so little that nothing comes out', { tao: 100n * TAO, alpha: MINIMUM_RESERVE }, 1n, 'ReservesTooLow'],
    ['alpha at the largest price', { tao: 1_000_000n * MINIMUM_RESERVE, alpha: MINIMUM_RESERVE }, TAO, 'PriceLimitExceeded'],
  ] as const)('refuses %s', (_name, reserves, tao, error) => {
    expect(swapTaoForAlpha({ reserves, tao, feeRate: DEFAULT_FEE_RATE })).toEqual({ ok: false, error })
  })

  it('sells by the constant product, never for more', () => {
    fc.assert(
      fc.property(amount, amount, fc.bigInt({ min: 2_000_000n, max: 1_000_000n * TAO }), (tao, alpha, sold) => {
        const result = swapAlphaForTao({ reserves: { tao, alpha }, alpha: sold, feeRate: DEFAULT_FEE_RATE })
        fc.pre(result.ok)
        if (!result.ok) return
        const { paidIn, paidOut, fee } = result.swap
        expect(paidIn + fee).toBeLessThanOrEqual(sold)
        const slack = tao / 10n ** 18n + 1n
        const ideal = (tao * paidIn) / (alpha + paidIn)
        expect(paidOut).toBeLessThanOrEqual(ideal + slack)
        expect(paidOut).toBeGreaterThanOrEqual(ideal - slack)
        expect(paidOut).toBeLessThan(tao)
      }),
    )
  })

  it('ends at the limit of the price, with the fee of what went in', () => {
    const reserves = { tao: 100n * TAO, alpha: 100n * TAO }
    const bought = swapTaoForAlpha({ reserves, tao: 1000n * TAO, feeRate: DEFAULT_FEE_RATE, limitPrice: 4n * TAO })
    // The price is four times as high where there is twice the TAO and half the alpha.
    expect(bought).toEqual({ ok: true, swap: { paidIn: 100n * TAO, paidOut: 50n * TAO, fee: 50_380_141n } })
    const sold = swapAlphaForTao({ reserves, alpha: 1000n * TAO, feeRate: DEFAULT_FEE_RATE, limitPrice: TAO / 4n })
    expect(sold).toEqual({ ok: true, swap: { paidIn: 100n * TAO, paidOut: 50n * TAO, fee: 50_380_141n } })
  })

  it.each([
    ['a limit that the price is at', TAO],
    ['a limit that the price is past', TAO / 2n],
  ])('refuses to buy to %s', (_name, limitPrice) => {
    const reserves = { tao: 100n * TAO, alpha: 100n * TAO }
    const result = swapTaoForAlpha({ reserves, tao: TAO, feeRate: 0, limitPrice })
    expect(result).toEqual({ ok: false, error: 'PriceLimitExceeded' })
    expect(swapAlphaForTao({ reserves, alpha: TAO, feeRate: 0, limitPrice: (TAO * TAO) / limitPrice })).toEqual(result)
  })

  it('ends at the largest price of the chain', () => {
    const reserves = { tao: 10_000n * MINIMUM_RESERVE, alpha: MINIMUM_RESERVE }
    const result = swapTaoForAlpha({ reserves, tao: 1_000_000n * MINIMUM_RESERVE, feeRate: 0 })
    expect(result).toEqual({ ok: true, swap: { paidIn: 90_000n * MINIMUM_RESERVE, paidOut: 900_000n, fee: 0n } })
  })
})
