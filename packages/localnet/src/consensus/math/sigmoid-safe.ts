import { I32F32 } from '../fixed-point.js'
import { expSafe } from './exp-safe.js'

/**
 * 1 / (1 + e^(−rho · (x − kappa))), all I32F32 bits.
 *
 * Source: subtensor `epoch/math.rs` `sigmoid_safe`, spec 425.
 */
export function sigmoidSafe(x: bigint, rho: bigint, kappa: bigint): bigint {
  const exponent = I32F32.mul(I32F32.mul(rho, -I32F32.one), I32F32.sub(x, kappa))
  return I32F32.safeDiv(I32F32.one, I32F32.add(expSafe(exponent), I32F32.one))
}
