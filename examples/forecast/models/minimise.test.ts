import { describe, expect, it } from 'vitest'
import { minimise } from './minimise.js'

describe('minimise', () => {
  it('finds the end of Rosenbrock’s valley', () => {
    const [x, y] = minimise(([a, b]: readonly [number, number]) => (1 - a) ** 2 + 100 * (b - a * a) ** 2, [-1.2, 1], 1e-12)
    expect(x).toBeCloseTo(1, 4)
    expect(y).toBeCloseTo(1, 4)
  })

  it('finds the lowest point of a bowl in any number of dimensions', () => {
    const target = [3, -2, 0.5, 8]
    const found = minimise(
      (p: readonly number[]) => p.reduce((sum, x, i) => sum + (i + 1) * (x - (target[i] as number)) ** 2, 0),
      [0, 0, 0, 0],
      1e-12,
    )
    for (const [i, x] of found.entries()) expect(x).toBeCloseTo(target[i] as number, 4)
  })
})
