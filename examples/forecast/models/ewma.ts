import type { Model } from './model.js'
import { ewmaVariance, logReturns } from './statistics.js'

/** Random walk with exponentially weighted volatility, decay 0.94 (RiskMetrics). */
export const ewma: Model = (closes) => {
  const daily = Math.sqrt(ewmaVariance(logReturns(closes), 0.94))
  return (horizon) => ({ mean: 0, stddev: daily * Math.sqrt(horizon) })
}
