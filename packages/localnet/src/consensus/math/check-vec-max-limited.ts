import { I32F32 } from '../fixed-point.js'
import { normalize } from './normalize.js'

/**
 * Whether the largest share of a u16 vector is at most a limit.
 *
 * @param vector - u16 numbers.
 * @param maxLimit - Limit as a u16 fraction of 65535.
 *
 * Source: subtensor `epoch/math.rs` `check_vec_max_limited`, spec 425.
 */
export function checkVecMaxLimited(vector: readonly number[], maxLimit: number): boolean {
  const limit = I32F32.safeDiv(I32F32.fromInt(maxLimit), I32F32.fromInt(0xffff))
  return normalize(vector.map((value) => I32F32.fromInt(value))).every((value) => value <= limit)
}
