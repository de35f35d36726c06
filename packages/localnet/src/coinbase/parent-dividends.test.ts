import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inheritedStake } from '../consensus/inherited-stake.js'
import { splitDividend } from './parent-dividends.js'

const ALL = 2n ** 64n - 1n
const HALF = ALL / 2n

describe('inheritedStake', () => {
  it('is what is not lent, and what is borrowed', () => {
    expect(inheritedStake({ own: 1000n, children: [], parents: [] })).toBe(1000n)
    expect(inheritedStake({ own: 1000n, children: [ALL], parents: [] })).toBe(0n)
    // A half of 2^64 − 1 is a little less than a half.
    expect(inheritedStake({ own: 1000n, children: [HALF], parents: [{ proportion: ALL, stake: 50n }] })).toBe(550n)
  })

  it('adds up over a family, to a rao each', () => {
    const whole = fc.bigInt({ min: 0n, max: 10n ** 15n })
    fc.assert(
      fc.property(whole, whole, fc.bigInt({ min: 0n, max: ALL }), (parent, child, proportion) => {
        const left = inheritedStake({ own: parent, children: [proportion], parents: [] })
        const got = inheritedStake({ own: child, children: [], parents: [{ proportion, stake: parent }] })
        const lost = parent + child - left - got
        expect(lost).toBeGreaterThanOrEqual(0n)
        expect(lost).toBeLessThanOrEqual(1n)
      }),
    )
  })
})

describe('splitDividend', () => {
  const base = { dividend: 1000n, stake: { alpha: 100n, root: 0n }, children: [], parents: [], childTake: 0, burn: 0n, taoWeight: ALL }
  const parent = { alpha: 300n, root: 0n, proportion: ALL, sameOwner: false }

  it('leaves all to a hotkey without parents', () => {
    expect(splitDividend(base)).toEqual({ parents: [], own: 1000n, recycled: 0n })
  })

  it('goes by stake: a parent with three times as much gets three quarters', () => {
    expect(splitDividend({ ...base, parents: [parent] })).toEqual({ parents: [750n], own: 250n, recycled: 0n })
    // Its TAO on root counts by the weight of TAO.
    const onRoot = { ...parent, alpha: 0n, root: 300n }
    expect(splitDividend({ ...base, parents: [onRoot] }).parents).toEqual([750n])
    expect(splitDividend({ ...base, parents: [onRoot], taoWeight: 0n }).parents).toEqual([0n])
  })

  it("gives the child its take, unless the parent is its own coldkey's", () => {
    const childTake = 0xffff / 5
    expect(splitDividend({ ...base, parents: [parent], childTake })).toEqual({ parents: [600n], own: 399n, recycled: 0n })
    expect(splitDividend({ ...base, parents: [{ ...parent, sameOwner: true }], childTake }).parents).toEqual([750n])
  })

  it("recycles a part of what another coldkey's parent gets", () => {
    expect(splitDividend({ ...base, parents: [parent], burn: HALF })).toEqual({ parents: [375n], own: 250n, recycled: 374n })
    expect(splitDividend({ ...base, parents: [{ ...parent, sameOwner: true }], burn: HALF }).recycled).toBe(0n)
  })

  it('counts only what the hotkey has not lent to children of its own', () => {
    expect(splitDividend({ ...base, children: [ALL], parents: [parent] }).parents).toEqual([1000n])
  })

  it('never gives more than there is', () => {
    const rao = fc.bigInt({ min: 0n, max: 10n ** 15n })
    const parents = fc.array(fc.record({ alpha: rao, root: rao, proportion: fc.bigInt({ min: 0n, max: ALL }), sameOwner: fc.boolean() }), {
      maxLength: 5,
    })
    fc.assert(
      fc.property(rao, rao, rao, parents, fc.integer({ min: 0, max: 11_796 }), (dividend, alpha, root, all, childTake) => {
        const split = splitDividend({ ...base, dividend, stake: { alpha, root }, parents: all, childTake, burn: HALF })
        const given = split.parents.reduce((sum, amount) => sum + amount, split.own + split.recycled)
        expect(given).toBeLessThanOrEqual(dividend)
        expect(dividend - given).toBeLessThanOrEqual(2n * BigInt(all.length) + 2n)
      }),
    )
  })
})
