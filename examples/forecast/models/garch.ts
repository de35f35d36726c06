import { minimise } from './minimise.js'
import type { Model } from './model.js'
import { logReturns, mean } from './statistics.js'

/** GARCH(1,1): variance(t+1) = omega + alpha·return(t)² + beta·variance(t). */
export interface GarchParameters {
  readonly omega: number
  readonly alpha: number
  readonly beta: number
}

/** A fit: the parameters and the variance that they give the day after the last return. */
export interface GarchFit extends GarchParameters {
  readonly nextVariance: number
  /** Mean of log variance + return² / variance: minus twice the mean log likelihood, less a constant. */
  readonly loss: number
}

/** Persistence alpha + beta stays below 1, else the long-run variance does not exist. */
const maxPersistence = 0.999

/** Where the search runs: log of the long-run variance over the sample's, logit of persistence, logit of alpha's share of it. */
type Point = readonly [number, number, number]

const logistic = (x: number) => 1 / (1 + Math.exp(-x))
const logit = (p: number) => Math.log(p / (1 - p))

function parametersAt([scale, persistence, share]: Point): GarchParameters {
  const total = maxPersistence * logistic(persistence)
  const alpha = total * logistic(share)
  return { omega: Math.exp(scale) * (1 - total), alpha, beta: total - alpha }
}

/** Runs the recursion over squared returns scaled to mean 1. The first variance is the sample's. */
function evaluate(squares: Float64Array, { omega, alpha, beta }: GarchParameters): { loss: number; nextVariance: number } {
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

/** Where searches start, since the likelihood can have several peaks: strong shocks to none, soon gone to lingering, drift down or up. */
const starts: readonly Point[] = [
  [0, logit(0.5), logit(0.3)],
  [0, logit(0.93), logit(0.1)],
  [0, logit(0.88), logit(0.02)],
  [0, logit(0.96), logit(0.001)],
  [-2, logit(0.995), logit(0.01)],
  [2, logit(0.995), logit(0.01)],
]

/**
 * Fits GARCH(1,1) with mean 0 and Gaussian shocks by maximum likelihood.
 *
 * Deterministic: simplex searches from fixed starting points. They are held to long-run variances between
 * 1/20 and 20 times the sample's.
 *
 * Source: Bollerslev, "Generalized Autoregressive Conditional Heteroskedasticity" (1986).
 */
export function fitGarch(returns: readonly number[]): GarchFit {
  const sampleVariance = mean(returns.map((r) => r * r))
  const squares = Float64Array.from(returns, (r) => (r * r) / sampleVariance)
  const loss = (point: Point) => {
    const excess = Math.max(0, Math.abs(point[0]) - Math.log(20), Math.abs(point[1]) - 10, Math.abs(point[2]) - 10)
    return excess > 0 ? 1e6 + excess : evaluate(squares, parametersAt(point)).loss
  }
  // All peaks to where they can be told apart, the highest to the top.
  const peaks = starts.map((start) => minimise(loss, start, 1e-5))
  const highest = peaks.reduce((best, peak) => (loss(peak) < loss(best) ? peak : best))
  const parameters = parametersAt(minimise(loss, highest, 1e-12))
  const { loss: scaledLoss, nextVariance } = evaluate(squares, parameters)
  return {
    ...parameters,
    omega: parameters.omega * sampleVariance,
    nextVariance: nextVariance * sampleVariance,
    loss: scaledLoss + Math.log(sampleVariance),
  }
}

/** GARCH(1,1) fitted to the window; the variance over h days is the sum of the daily forecasts, which revert to the long run. */
export const garch: Model = (closes) => {
  const { omega, alpha, beta, nextVariance } = fitGarch(logReturns(closes))
  return (horizon) => {
    let variance = nextVariance
    let sum = 0
    for (let k = 0; k < horizon; k++) {
      sum += variance
      variance = omega + (alpha + beta) * variance
    }
    return { mean: 0, stddev: Math.sqrt(sum) }
  }
}
