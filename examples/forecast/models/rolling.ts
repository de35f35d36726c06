import type { Model } from './model.js'
import { logReturns, sampleStddev } from './statistics.js'

/** A random walk without drift whose volatility is the sample sd of the last `days` returns. */
export function rolling(days: number): Model {
  return (closes) => {
    const daily = sampleStddev(logReturns(closes).slice(-days))
    return (horizon) => ({ mean: 0, stddev: daily * Math.sqrt(horizon) })
  }
}
