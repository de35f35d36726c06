import type { Model } from './model.js'
import { logReturns, quantile } from './statistics.js'

/** Half the distance between a standard normal's 0.1 and 0.9 quantiles. */
const normalHalfWidth = 1.2815515655446004

/** Random walk whose volatility is read off the 10 % and 90 % quantiles of the last 126 returns, deaf to single shocks. */
export const robust: Model = (closes) => {
  const returns = logReturns(closes).slice(-126)
  const daily = (quantile(returns, 0.9) - quantile(returns, 0.1)) / (2 * normalHalfWidth)
  return (horizon) => ({ mean: 0, stddev: daily * Math.sqrt(horizon) })
}
