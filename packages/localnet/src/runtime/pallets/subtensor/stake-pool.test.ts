import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MapStorage } from '../../../../test/runtime/map-storage.js'
import { addFloat, floatOf, floatToU64, mulDivFloat } from './safe-float.js'
import { buysShare, hotkeyAlpha, increaseStake, increaseStakeOfAll, stakeOf } from './stake-pool.js'
import { stake } from './storage/stake.js'

const key = (byte: number): string => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`
const hotkey = key(1)
const netuid = 2

describe('decimal floats', () => {
  it('keep whole numbers of 64 bits exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        expect(floatToU64(floatOf(value))).toBe(value)
      }),
    )
  })

  it('are normalised to 21 digits', () => {
    expect(floatOf(1_000_000_000n)).toEqual({ mantissa: 10n ** 21n, exponent: -12n })
    expect(floatOf(5n)).toEqual({ mantissa: 5n * 10n ** 20n, exponent: -20n })
    expect(addFloat(floatOf(1n), floatOf(2n))).toEqual(floatOf(3n))
    expect(mulDivFloat(floatOf(10n), floatOf(1n), floatOf(3n))).toEqual({ mantissa: 333_333_333_333_333_333_333n, exponent: -20n })
    expect(mulDivFloat(floatOf(10n), floatOf(1n), floatOf(0n))).toEqual(floatOf(0n))
  })
})

describe('stake', () => {
  it('of all coldkeys adds up to the alpha of the hotkey, to a rao each', () => {
    const amounts = fc.array(
      fc.record({
        who: fc.integer({ min: 10, max: 14 }),
        amount: fc.bigInt({ min: 0n, max: 10n ** 15n }),
        dividend: fc.bigInt({ min: 0n, max: 10n ** 12n }),
      }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(amounts, (steps) => {
        const db = new MapStorage()
        let total = 0n
        for (const { who, amount, dividend } of steps) {
          increaseStake(db, { hotkey, coldkey: key(who), netuid }, amount)
          total += amount
          if (total > 0n) {
            increaseStakeOfAll(db, hotkey, netuid, dividend)
            total += dividend
          }
        }
        expect(hotkeyAlpha(db, hotkey, netuid)).toBe(total)
        const sum = [10, 11, 12, 13, 14].reduce((all, who) => all + stakeOf(db, { hotkey, coldkey: key(who), netuid }), 0n)
        expect(sum).toBeLessThanOrEqual(total)
        expect(total - sum).toBeLessThanOrEqual(5n)
      }),
    )
  })

  it('shares dividends in proportion', () => {
    const db = new MapStorage()
    const [a, b] = [key(10), key(11)]
    increaseStake(db, { hotkey, coldkey: a, netuid }, 300n)
    increaseStake(db, { hotkey, coldkey: b, netuid }, 100n)
    increaseStakeOfAll(db, hotkey, netuid, 40n)
    expect(stakeOf(db, { hotkey, coldkey: a, netuid })).toBe(330n)
    expect(stakeOf(db, { hotkey, coldkey: b, netuid })).toBe(110n)
    expect(stake.StakingHotkeys.get(db, b)).toEqual([hotkey])
  })

  it('too small for a share is known as such', () => {
    const db = new MapStorage()
    expect(buysShare(db, hotkey, netuid, 1n)).toBe(true)
    increaseStake(db, { hotkey, coldkey: key(10), netuid }, 5n)
    expect(buysShare(db, hotkey, netuid, 1n)).toBe(true)
    expect(buysShare(db, hotkey, netuid, 0n)).toBe(false)
  })
})
