/** The smaller of two bigints, which Math.min does not take. */
export function minOf(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}

/** The larger of two bigints. */
export function maxOf(a: bigint, b: bigint): bigint {
  if (a > b) return a
  return b
}
