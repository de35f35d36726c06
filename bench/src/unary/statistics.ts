/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** The 95 % interval of the median, by 2,000 bootstrap resamples from a fixed seed. */
export function medianInterval(values: readonly number[]): { readonly low: number; readonly high: number } {
  let state = 1
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const medians = Array.from({ length: 2_000 }, () => median(values.map(() => values[below(values.length)] as number))).sort(
    (a, b) => a - b,
  )
  return { low: medians[50] as number, high: medians[1_949] as number }
}
