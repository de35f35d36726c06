/** Daily log returns: one fewer than the closes. */
export function logReturns(closes: readonly number[]): number[] {
  return closes.slice(1).map((close, i) => Math.log(close / (closes[i] as number)))
}

/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The sample standard deviation: about the mean, divided by n - 1. */
export function sampleStddev(values: readonly number[]): number {
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1))
}

/** The p-quantile, linear between order statistics at (n - 1)p (Hyndman and Fan's type 7, the default of R and NumPy). */
export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * p
  const below = sorted[Math.floor(position)] as number
  const above = sorted[Math.ceil(position)] as number
  return below + (above - below) * (position - Math.floor(position))
}

/**
 * The variance for the next day by exponentially weighted squares (RiskMetrics), started at the mean square.
 *
 * @param decay - Weight of the past, 0.94 for daily returns by the RiskMetrics technical document (1996).
 */
export function ewmaVariance(returns: readonly number[], decay: number): number {
  const start = mean(returns.map((r) => r * r))
  return returns.reduce((variance, r) => decay * variance + (1 - decay) * r * r, start)
}
