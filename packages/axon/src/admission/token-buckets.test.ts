import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBuckets } from './token-buckets.js'

describe('TokenBuckets', () => {
  it('gives a burst, then what comes back', () => {
    const buckets = new TokenBuckets({ perSecond: 10, burst: 2, maxKeys: 10 })
    expect([buckets.take('a', 0), buckets.take('a', 0), buckets.take('a', 0)]).toEqual([true, true, false])
    expect(buckets.take('a', 99)).toBe(false)
    expect(buckets.take('a', 200)).toBe(true)
    expect(buckets.take('b', 200)).toBe(true)
  })

  it('never gives more than burst plus rate times time', () => {
    const events = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 200 })
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 50 }), (waits, perSecond) => {
        const buckets = new TokenBuckets({ perSecond, burst: 2 * perSecond, maxKeys: 10 })
        let nowMs = 0
        let taken = 0
        for (const waitMs of waits) {
          nowMs += waitMs
          if (buckets.take('a', nowMs)) taken++
        }
        expect(taken).toBeLessThanOrEqual(2 * perSecond + (nowMs / 1000) * perSecond + 1e-6)
      }),
    )
  })

  it('takes back what should not have been charged, up to a full bucket', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1, maxKeys: 10 })
    expect(buckets.take('a', 0)).toBe(true)
    buckets.giveBack('a')
    buckets.giveBack('a')
    expect([buckets.take('a', 0), buckets.take('a', 0)]).toEqual([true, false])
  })

  it('may owe as much as a full bucket holds', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 4, maxKeys: 10 })
    expect([buckets.spend('a', 3, 0), buckets.spend('a', 3, 0), buckets.spend('a', 100, 0)]).toEqual([true, false, false])
    expect(buckets.take('a', 4_000)).toBe(false)
    expect(buckets.take('a', 5_000)).toBe(true)
    buckets.giveBack('a', 100)
    expect([buckets.spend('a', 4, 5_000), buckets.spend('a', 1, 5_000)]).toEqual([true, false])
  })

  it('has a rate', () => {
    for (const perSecond of [0, -1, Number.NaN]) {
      expect(() => new TokenBuckets({ perSecond, burst: 1, maxKeys: 1 })).toThrow(
        expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }),
      )
    }
  })

  it('keeps no more keys than it may', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1, maxKeys: 3 })
    for (let i = 0; i < 100; i++) expect(buckets.take(`key ${i}`, i)).toBe(true)
    // The latest are remembered, the first forgotten.
    expect(buckets.take('key 99', 99)).toBe(false)
    expect(buckets.take('key 0', 99)).toBe(true)
  })
})
