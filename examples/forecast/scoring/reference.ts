import { logReturns } from '../models/statistics.js'

/**
 * The reference forecaster's daily volatility at each close: the sample sd (n - 1) of all daily log returns up to it.
 *
 * Its forecast for h days is a Gaussian with mean 0 and this times √h.
 *
 * @returns Index = index of the close; NaN before the second return. Welford's recursion, so that one pass is exact enough.
 */
export function expandingStddev(closes: readonly number[]): Float64Array {
  const result = new Float64Array(closes.length).fill(Number.NaN)
  let mean = 0
  let squares = 0
  for (const [i, r] of logReturns(closes).entries()) {
    const count = i + 1
    const delta = r - mean
    mean += delta / count
    squares += delta * (r - mean)
    if (count > 1) result[count] = Math.sqrt(squares / (count - 1))
  }
  return result
}
