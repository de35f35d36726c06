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

const resamples = 2_000

/** Whole numbers below a limit, the same ones at every run. */
function fromFixedSeed(): (limit: number) => number {
  let state = 1
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** The middle 95 % of what resamples gave. */
function interval(resampled: readonly number[]): Pick<Estimate, 'low' | 'high'> {
  const sorted = [...resampled].sort((a, b) => a - b)
  return { low: sorted[Math.floor(0.025 * resamples)] as number, high: sorted[Math.ceil(0.975 * resamples) - 1] as number }
}

/** The median with its 95 % interval, by 2,000 bootstrap resamples from a fixed seed. */
export function estimate(values: readonly number[]): Estimate {
  const below = fromFixedSeed()
  const medians = Array.from({ length: resamples }, () => median(values.map(() => values[below(values.length)] as number)))
  return { median: median(values), ...interval(medians) }
}

/**
 * What ours takes as a multiple of the baseline's, pair by pair.
 *
 * Of each pair and not of the medians: what slows the machine for a while slows both runs of a pair.
 */
export function ratios(ours: readonly number[], baseline: readonly number[]): Estimate {
  return estimate(ours.map((value, pair) => value / (baseline[pair] ?? Number.NaN)))
}

/** A quantile of the values of several runs together, each run as often as it was drawn. */
function pooledQuantile(runs: readonly (readonly number[])[], fraction: number): (drawn: readonly number[]) => number {
  const descending = runs.flatMap((values, run) => values.map((value) => ({ value, run }))).sort((a, b) => b.value - a.value)
  return (drawn) => {
    const total = runs.reduce((sum, values, run) => sum + values.length * (drawn[run] ?? 0), 0)
    let above = (1 - fraction) * total
    for (const { value, run } of descending) {
      above -= drawn[run] ?? 0
      if (above < 0) return value
    }
    return Number.NaN
  }
}

/**
 * A quantile of all runs of ours together, as a multiple of the baseline's; the interval by resamples of whole pairs.
 *
 * For what is rare in one run, such as a p99: of a short run that tells how many collections of garbage fell into it, and a ratio of two such is
 * chance. Values of one run stay together in a resample, since one pause makes several of them.
 */
export function pooledRatio(ours: readonly (readonly number[])[], baseline: readonly (readonly number[])[], fraction: number): Estimate {
  const [of, ofBaseline] = [pooledQuantile(ours, fraction), pooledQuantile(baseline, fraction)]
  const ratio = (drawn: readonly number[]) => of(drawn) / ofBaseline(drawn)
  const below = fromFixedSeed()
  const resampled = Array.from({ length: resamples }, () => {
    const drawn = ours.map(() => 0)
    for (let pair = 0; pair < ours.length; pair++) {
      const index = below(ours.length)
      drawn[index] = (drawn[index] ?? 0) + 1
    }
    return ratio(drawn)
  })
  return { median: ratio(ours.map(() => 1)), ...interval(resampled) }
}
