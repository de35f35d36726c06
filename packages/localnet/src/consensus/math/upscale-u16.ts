import { I32F32 } from '../fixed-point.js'
import { maxOf } from '../min-max.js'

const U16_MAX = I32F32.fromInt(0xffff)
// Above this, multiplying by 65535 first would overflow.
const DIVIDE_FIRST_ABOVE = I32F32.fromInt(32768)

/**
 * Scales a vector so that its largest value becomes 65535, rounded half away from zero.
 *
 * @param vector - I32F32 bits, meant to be non-negative.
 * @returns u16 numbers.
 *
 * Source: subtensor `epoch/math.rs` `vec_max_upscale_to_u16`, spec 425.
 */
export function vecMaxUpscaleToU16(vector: readonly bigint[]): number[] {
  if (vector.length === 0) return []
  const max = vector.reduce(maxOf)
  if (max === 0n) return vector.map((value) => I32F32.toU16(I32F32.mul(value, U16_MAX)))
  if (max > DIVIDE_FIRST_ABOVE) {
    const scale = I32F32.safeDiv(U16_MAX, max)
    return vector.map((value) => I32F32.toU16(I32F32.round(I32F32.mul(value, scale))))
  }
  return vector.map((value) => I32F32.toU16(I32F32.round(I32F32.safeDiv(I32F32.mul(value, U16_MAX), max))))
}

/**
 * Scales u16 numbers so that the largest becomes 65535: the form in which weights are stored.
 *
 * Source: subtensor `epoch/math.rs` `vec_u16_max_upscale_to_u16`, spec 425.
 */
export function vecU16MaxUpscaleToU16(vector: readonly number[]): number[] {
  return vecMaxUpscaleToU16(vector.map((value) => I32F32.fromInt(value)))
}
