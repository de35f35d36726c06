import type { Expansion } from './minimise.js'

/** Long-run variance (1 is the sample's), persistence alpha + beta, and alpha's share of it: GARCH(1,1) in a box. */
export type GarchShape = readonly [longRun: number, persistence: number, share: number]

/** Runs the recursion over squared returns scaled to mean 1. The first variance is the sample's. */
export function evaluate(squares: Float64Array, [longRun, persistence, share]: GarchShape): { loss: number; nextVariance: number } {
  const alpha = persistence * share
  const beta = persistence - alpha
  const omega = longRun * (1 - persistence)
  let variance = 1
  let loss = 0
  // The log of a product of eight variances costs one logarithm, and stays far from overflow.
  let product = 1
  for (let t = 0; t < squares.length; t++) {
    const square = squares[t] as number
    product *= variance
    if ((t & 7) === 7) {
      loss += Math.log(product)
      product = 1
    }
    loss += square / variance
    variance = omega + alpha * square + beta * variance
  }
  loss += Math.log(product)
  return { loss: loss / squares.length, nextVariance: variance }
}

/**
 * The loss with its first and second derivatives by long-run variance (c), persistence (p) and share (w), from
 * variance(t+1) = c + p·(mix − c), mix = w·square + (1 − w)·variance(t).
 */
export function expand(squares: Float64Array, [c, p, w]: GarchShape): Expansion {
  let v = 1
  // Derivatives of the variance; it is linear in c.
  let [vc, vp, vw, vcp, vcw, vpp, vpw, vww] = [0, 0, 0, 0, 0, 0, 0, 0]
  // Sums of the loss and of its derivatives.
  let [loss, lc, lp, lw, lcc, lcp, lcw, lpp, lpw, lww] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  const rest = 1 - w
  const beta = p * rest
  for (let t = 0; t < squares.length; t++) {
    const square = squares[t] as number
    const ratio = square / v
    const first = (1 - ratio) / v
    const second = (2 * ratio - 1) / (v * v)
    loss += Math.log(v) + ratio
    lc += first * vc
    lp += first * vp
    lw += first * vw
    lcc += second * vc * vc
    lcp += second * vc * vp + first * vcp
    lcw += second * vc * vw + first * vcw
    lpp += second * vp * vp + first * vpp
    lpw += second * vp * vw + first * vpw
    lww += second * vw * vw + first * vww
    // Second derivatives go first, since they need the first ones of today.
    vcp = rest * vc - 1 + beta * vcp
    vcw = beta * vcw - p * vc
    vpp = 2 * rest * vp + beta * vpp
    vpw = square - v + rest * vw - p * vp + beta * vpw
    vww = beta * vww - 2 * p * vw
    vc = 1 - p + beta * vc
    vp = w * square + rest * v - c + beta * vp
    vw = p * (square - v) + beta * vw
    v = c * (1 - p) + p * w * square + beta * v
  }
  const mean = (sum: number) => sum / squares.length
  return {
    value: mean(loss),
    gradient: [lc, lp, lw].map(mean),
    hessian: [[lcc, lcp, lcw].map(mean), [lcp, lpp, lpw].map(mean), [lcw, lpw, lww].map(mean)],
  }
}
