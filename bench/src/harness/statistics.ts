import type { Estimate } from '../result.js'

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** A quantile, between the two nearest values. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * fraction
  const below = sorted[Math.floor(at)] as number
  const above = sorted[Math.ceil(at)] as number
  return below + (above - below) * (at - Math.floor(at))
}

/** The median with its 95 % interval, by 2,000 bootstrap resamples from a fixed seed. */
export function estimate(values: readonly number[]): Estimate {
  let state = 1
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const medians = Array.from({ length: 2_000 }, () => median(values.map(() => values[below(values.length)] as number))).sort(
    (a, b) => a - b,
  )
  return { median: median(values), low: medians[50] as number, high: medians[1_949] as number }
}

/**
 * What ours takes as a multiple of the baseline's, pair by pair.
 *
 * Of each pair and not of the medians: what slows the machine for a while slows both runs of a pair.
 */
export function ratios(ours: readonly number[], baseline: readonly number[]): Estimate {
  return estimate(ours.map((value, pair) => value / (baseline[pair] ?? Number.NaN)))
}
