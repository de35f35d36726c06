/**
 * Which elements are among the k largest. Ties go to the higher index, because the n − k smallest of a stable ascending
 * sort are dropped. With fewer than k elements all are.
 *
 * Source: subtensor `epoch/math.rs` `is_topk`, spec 425.
 */
export function isTopK(vector: readonly bigint[], k: number): boolean[] {
  return dropSmallest(
    vector,
    k,
    vector.map(() => true),
  )
}

/**
 * Which elements are among the k largest and not 0.
 *
 * Source: subtensor `epoch/math.rs` `is_topk_nonzero`, spec 425.
 */
export function isTopKNonzero(vector: readonly bigint[], k: number): boolean[] {
  return dropSmallest(
    vector,
    k,
    vector.map((value) => value !== 0n),
  )
}

function dropSmallest(vector: readonly bigint[], k: number, result: boolean[]): boolean[] {
  const n = vector.length
  if (n < k) return result
  const ascending = vector.map((value, index) => ({ value, index })).sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0))
  for (const { index } of ascending.slice(0, n - k)) result[index] = false
  return result
}
