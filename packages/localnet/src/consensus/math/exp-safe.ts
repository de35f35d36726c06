import { I32F32 } from '../fixed-point.js'

const LIMIT = I32F32.fromInt(20)
// The library answers exactly 1 with its constant e, which has 23 bits after the point, and not with the series.
const E_I9F23 = 22802600n << 9n
const LAST_TERM = 31n

/**
 * e^x of an I32F32 number, limited to −20..20: a Taylor series with the chain's roundings.
 *
 * Source: subtensor `epoch/math.rs` `exp_safe` over substrate-fixed `transcendental::exp`, spec 425.
 */
export function expSafe(bits: bigint): bigint {
  const x = bits < -LIMIT ? -LIMIT : bits > LIMIT ? LIMIT : bits
  if (x === 0n) return I32F32.one
  if (x === I32F32.one) return E_I9F23
  const magnitude = x < 0n ? -x : x
  let term = magnitude
  let sum = magnitude + I32F32.one
  for (let i = 2n; i <= LAST_TERM; i++) {
    term = I32F32.mul(term, magnitude) / i
    sum += term
  }
  return x < 0n ? I32F32.safeDiv(I32F32.one, sum) : sum
}
