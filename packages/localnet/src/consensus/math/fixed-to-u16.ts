import { I32F32 } from '../fixed-point.js'

const U16_MAX = I32F32.fromInt(0xffff)

/**
 * A fraction of I32F32 bits as the chain stores it: floor(x · 65535), limited to u16.
 *
 * Source: subtensor `epoch/math.rs` `fixed_proportion_to_u16`, spec 425.
 */
export function fixedProportionToU16(bits: bigint): number {
  return I32F32.toU16(I32F32.mul(bits, U16_MAX))
}

/**
 * A stored u16 as the fraction value / 65535, I32F32 bits.
 *
 * Source: subtensor `epoch/math.rs` `u16_proportion_to_fixed`, spec 425.
 */
export function u16ProportionToFixed(value: number): bigint {
  return I32F32.safeDiv(I32F32.fromInt(value), U16_MAX)
}
