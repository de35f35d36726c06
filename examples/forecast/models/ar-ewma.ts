import type { Model } from './model.js'
import { ewmaVariance, logReturns } from './statistics.js'

/**
 * AR(1) without constant for the mean, exponentially weighted volatility (decay 0.94) of its residuals.
 *
 * With coefficient phi, the return over h days has mean r·(phi + … + phi^h), and day k's shock counts with
 * 1 + phi + … + phi^(h-k).
 */
export const arEwma: Model = (closes) => {
  const returns = logReturns(closes)
  const last = returns.at(-1) as number
  let cross = 0
  let square = 0
  for (let i = 1; i < returns.length; i++) {
    const before = returns[i - 1] as number
    cross += before * (returns[i] as number)
    square += before * before
  }
  const phi = square > 0 ? Math.max(-0.9, Math.min(0.9, cross / square)) : 0
  const residuals = returns.slice(1).map((r, i) => r - phi * (returns[i] as number))
  const daily = Math.sqrt(ewmaVariance(residuals, 0.94))
  return (horizon) => {
    let mean = 0
    let squares = 0
    let reach = 0
    let power = 1
    for (let k = 0; k < horizon; k++) {
      reach += power
      squares += reach * reach
      power *= phi
      mean += last * power
    }
    return { mean, stddev: daily * Math.sqrt(squares) }
  }
}
