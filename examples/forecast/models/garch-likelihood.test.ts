import { describe, expect, it } from 'vitest'
import { evaluate, expand, type GarchShape } from './garch-likelihood.js'

const squares = Float64Array.from({ length: 60 }, (_, t) => ((t * 37) % 11) ** 2 / 40)
const shapes = [0.1, 0.9, 5].flatMap((c) => [0.05, 0.6, 0.95].flatMap((p) => [0.05, 0.4, 0.95].map((w): GarchShape => [c, p, w])))
const moved = (shape: GarchShape, i: number, by: number) => shape.map((x, k) => (k === i ? x + by : x)) as readonly number[] as GarchShape

describe('expand', () => {
  it.each(shapes)('gives at long-run variance %d, persistence %d and share %d the loss that evaluate gives', (...shape) => {
    expect(expand(squares, shape).value).toBeCloseTo(evaluate(squares, shape).loss, 12)
  })

  it.each(shapes)('gives at %d, %d, %d the derivatives that differences give', (...shape) => {
    const step = 1e-5
    const close = (derivative: number | undefined, difference: number) =>
      expect(Math.abs((derivative as number) - difference)).toBeLessThan(1e-6 * (1 + Math.abs(difference)))
    const { gradient, hessian } = expand(squares, shape)
    for (const i of [0, 1, 2]) {
      const [up, down] = [expand(squares, moved(shape, i, step)), expand(squares, moved(shape, i, -step))]
      close(gradient[i], (up.value - down.value) / (2 * step))
      for (const j of [0, 1, 2]) close(hessian[i]?.[j], ((up.gradient[j] as number) - (down.gradient[j] as number)) / (2 * step))
    }
  })
})
