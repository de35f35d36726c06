import { describe, expect, it } from 'vitest'
import { type Expansion, minimise } from './minimise.js'

type Pair = readonly [number, number]

const valley = ([x, y]: Pair): Expansion => ({
  value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
  gradient: [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
  hessian: [
    [2 - 400 * (y - 3 * x * x), -400 * x],
    [-400 * x, 200],
  ],
})

describe('minimise', () => {
  it('finds the end of Rosenbrock’s valley', () => {
    const [x, y] = minimise(valley, [-1.2, 1] as Pair, { lower: [-5, -5], upper: [5, 5] })
    expect(x).toBeCloseTo(1, 12)
    expect(y).toBeCloseTo(1, 12)
  })

  it('stops at a bound, and finds the lowest point along it', () => {
    const [x, y] = minimise(valley, [-1.2, 1] as Pair, { lower: [-5, -5], upper: [0.5, 5] })
    expect(x).toBe(0.5)
    expect(y).toBeCloseTo(0.25, 12)
  })

  it('leaves a bound that it starts at, and takes a start from outside into the box', () => {
    const [x, y] = minimise(valley, [0, -9] as Pair, { lower: [0, 0], upper: [5, 5] })
    expect(x).toBeCloseTo(1, 12)
    expect(y).toBeCloseTo(1, 12)
  })

  it('finds the lowest point of a bowl in any number of dimensions', () => {
    const target = [3, -2, 0.5, 8]
    const bowl = (p: readonly number[]): Expansion => ({
      value: p.reduce((sum, x, i) => sum + (i + 1) * (x - (target[i] as number)) ** 2, 0),
      gradient: p.map((x, i) => 2 * (i + 1) * (x - (target[i] as number))),
      hessian: p.map((_, i) => p.map((_, j) => (i === j ? 2 * (i + 1) : 0))),
    })
    const found = minimise(bowl, [0, 0, 0, 0], { lower: Array(4).fill(-10), upper: Array(4).fill(10) })
    for (const [i, x] of found.entries()) expect(x).toBeCloseTo(target[i] as number, 12)
  })

  it('goes downhill where the function curves down', () => {
    const hill = ([x]: readonly [number]): Expansion => ({ value: Math.cos(x), gradient: [-Math.sin(x)], hessian: [[-Math.cos(x)]] })
    expect(minimise(hill, [0.1] as const, { lower: [-4], upper: [4] })[0]).toBeCloseTo(Math.PI, 12)
  })
})
