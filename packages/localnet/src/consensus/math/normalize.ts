import { type FixedPoint, I32F32 } from '../fixed-point.js'

/**
 * Divides a vector by its sum; a vector that sums to 0 stays as it is.
 *
 * @param vector - Bits of `type`.
 * @param type - Fixed-point type of the vector. @defaultValue I32F32
 *
 * Source: subtensor `epoch/math.rs` `normalize`, `inplace_normalize`, `inplace_normalize_64`, spec 425.
 */
export function normalize(vector: readonly bigint[], type: FixedPoint = I32F32): bigint[] {
  return normalizeUsingSum(vector, type.sum(vector), type)
}

/**
 * Divides a vector by a given sum; a sum of 0 leaves it as it is.
 *
 * Source: subtensor `epoch/math.rs` `inplace_normalize_using_sum`, spec 425.
 */
export function normalizeUsingSum(vector: readonly bigint[], sum: bigint, type: FixedPoint = I32F32): bigint[] {
  return sum === 0n ? [...vector] : vector.map((value) => type.safeDiv(value, sum))
}
