import type { Ss58Address } from '@tensorkit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createScores } from './scores.js'

const key = (n: number): Ss58Address => `hotkey-${n}` as Ss58Address
const subnet = (...neurons: [n: number, registeredAt: number][]) => ({
  neurons: neurons.map(([n, registeredAt]) => ({ hotkey: key(n), registeredAt })),
})

describe('createScores', () => {
  it('averages from zero', () => {
    const scores = createScores({ alpha: 0.5 })
    expect(scores.get(key(1))).toBe(0)
    scores.record(key(1), 1)
    expect(scores.get(key(1))).toBe(0.5)
    scores.record(key(1), 0)
    expect(scores.get(key(1))).toBe(0.25)
    expect(scores.entries()).toEqual([[key(1), { score: 0.25, count: 2, registeredAt: undefined }]])
  })

  it('stays within the range of its values and zero', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        fc.array(fc.double({ min: -5, max: 9, noNaN: true }), { minLength: 1 }),
        (alpha, values) => {
          const scores = createScores({ alpha })
          for (const value of values) scores.record(key(1), value)
          expect(scores.get(key(1))).toBeGreaterThanOrEqual(Math.min(0, ...values) - 1e-9)
          expect(scores.get(key(1))).toBeLessThanOrEqual(Math.max(0, ...values) + 1e-9)
        },
      ),
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %s and keeps what it has', (value) => {
    const scores = createScores()
    scores.record(key(1), 1)
    expect(() => scores.record(key(1), value)).toThrow(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
    expect(scores.get(key(1))).toBe(0.1)
  })

  it.each([0, -1, 1.1, Number.NaN])('refuses an alpha of %s', (alpha) => {
    expect(() => createScores({ alpha })).toThrow(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
  })

  it('keeps who stays, forgets who leaves, and gives nobody a score of an earlier life', () => {
    const scores = createScores({ alpha: 1 })
    scores.align(subnet([1, 10], [2, 10], [3, 10]))
    for (const n of [1, 2, 3]) scores.record(key(n), n)
    expect(scores.align(subnet([1, 10], [4, 50], [3, 10]))).toEqual([key(2)])
    expect([1, 2, 3, 4].map((n) => scores.get(key(n)))).toEqual([1, 0, 3, 0])
    // Hotkey 3 lost its uid and came back: its registration is another one.
    expect(scores.align(subnet([1, 10], [4, 50], [3, 60]))).toEqual([key(3)])
    expect(scores.get(key(3))).toBe(0)
  })

  it('ties values from before the first look at the subnet to the registration found there', () => {
    const scores = createScores({ alpha: 1 })
    scores.record(key(1), 5)
    expect(scores.align(subnet([1, 10]))).toEqual([])
    expect(scores.align(subnet([1, 11]))).toEqual([key(1)])
  })

  it('restores what it gave, and refuses what is no entry', () => {
    const scores = createScores({ alpha: 0.3 })
    scores.align(subnet([1, 10], [2, 20]))
    scores.record(key(1), 4)
    scores.record(key(2), -4)
    const copy = createScores({ alpha: 0.3 })
    copy.restore(scores.entries())
    expect(copy.entries()).toEqual(scores.entries())
    expect(() => copy.restore([[key(1), { score: Number.NaN, count: 1, registeredAt: 1 }]])).toThrow(
      expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }),
    )
    expect(copy.entries()).toEqual(scores.entries())
  })
})
