import { describe, expect, it } from 'vitest'
import { estimate, pooledRatio } from './statistics.js'

const run = (slow: number, count = 1_000) => Array.from({ length: count }, (_, i) => (i < slow ? 50 : 1))

describe('estimate', () => {
  it('gives the median, and an interval within the values', () => {
    const { median, low, high } = estimate([5, 1, 3, 2, 4])
    expect(median).toBe(3)
    expect(low).toBeGreaterThanOrEqual(1)
    expect(high).toBeLessThanOrEqual(5)
    expect(low).toBeLessThan(high)
  })
})

describe('pooledRatio', () => {
  it('is not moved by one pause in one run of many', () => {
    const runs = [run(11), ...Array.from({ length: 9 }, () => run(2))]
    const baseline = Array.from({ length: 10 }, () => run(2))
    expect(pooledRatio(runs, baseline, 0.99)).toEqual({ median: 1, low: 1, high: 1 })
  })

  it('shows what is slow in more than one call of a hundred, wherever it is', () => {
    const baseline = Array.from({ length: 10 }, () => run(2))
    expect(
      pooledRatio(
        Array.from({ length: 10 }, () => run(11)),
        baseline,
        0.99,
      ).median,
    ).toBe(50)
    const half = Array.from({ length: 10 }, (_, i) => run(i < 5 ? 40 : 0))
    expect(pooledRatio(half, baseline, 0.99).median).toBe(50)
  })

  it('keeps the calls of one run together: what is in one run of many widens the interval', () => {
    const runs = [run(95), ...Array.from({ length: 9 }, () => run(0))]
    const { median, low, high } = pooledRatio(
      runs,
      runs.map(() => run(0)),
      0.99,
    )
    expect([median, low, high]).toEqual([1, 1, 50])
  })

  it('takes runs of different lengths by the number of their values', () => {
    const live = [run(30, 1_000), run(0, 9_000)]
    expect(pooledRatio(live, [run(0), run(0)], 0.99).median).toBe(1)
    expect(pooledRatio(live, [run(0), run(0)], 0.998).median).toBe(50)
  })
})
