import { evaluate, expand, type GarchShape } from './garch-likelihood.js'
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

/** Where the search stays. Persistence alpha + beta reaches no 1, where the long-run variance ceases to exist. */
const bounds = { lower: [1 / 20, 0, 0], upper: [20, 0.999, 1] }

/** Where searches start, since the likelihood can have several peaks. Chosen on windows of the S&P 500. */
const starts: readonly GarchShape[] = [
  [1, 0.93, 0.03],
  [1, 0.99, 0.001],
  [1, 0.5, 0.3],
  [0.5, 0.93, 0.15],
  [0.5, 0.8, 0.15],
  [0.15, 0.99, 0.03],
  [6, 0.5, 0.001],
  [6, 0.1, 0.001],
  [0.2, 0.1, 0.5],
  [1, 0.93, 0],
]

/**
 * Fits GARCH(1,1) with mean 0 and Gaussian shocks by maximum likelihood.
 *
 * Deterministic: the best of searches from fixed starting points, held to long-run variances between 1/20 and 20 times the
 * sample's.
 *
 * Source: Bollerslev, "Generalized Autoregressive Conditional Heteroskedasticity" (1986).
 */
export function fitGarch(returns: readonly number[]): GarchFit {
  const sampleVariance = mean(returns.map((r) => r * r))
  const squares = Float64Array.from(returns, (r) => (r * r) / sampleVariance)
  const fits = starts.map((start) => {
    const shape = minimise((at) => expand(squares, at), start, bounds)
    return { shape, ...evaluate(squares, shape) }
  })
  const best = fits.reduce((a, b) => (b.loss < a.loss ? b : a))
  const [longRun, persistence, share] = best.shape
  return {
    omega: longRun * (1 - persistence) * sampleVariance,
    alpha: persistence * share,
    beta: persistence * (1 - share),
    nextVariance: best.nextVariance * sampleVariance,
    loss: best.loss + Math.log(sampleVariance),
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
