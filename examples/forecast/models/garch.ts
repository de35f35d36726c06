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

/** Starting points: calm and nervous ways in which volatility clusters. */
const starts: readonly Point[] = [0.5, 0.9, 0.98].flatMap((persistence) =>
  [0.05, 0.2].map((share): Point => [0, logit(persistence / maxPersistence), logit(share)]),
)

/**
 * Fits GARCH(1,1) with mean 0 and Gaussian shocks by maximum likelihood.
 *
 * Deterministic: the best of a fixed set of starting points, then a simplex search. The search is held to long-run variances between
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
  const start = starts.reduce((best, candidate) => (loss(candidate) < loss(best) ? candidate : best))
  const parameters = parametersAt(minimise(loss, start))
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
