import { U64F64 } from '../consensus/fixed-point.js'
import { maxOf, minOf } from '../consensus/min-max.js'

const ONE_Q32 = 1n << 32n
const HALF_Q32 = 1n << 31n

/** Limits of a subnet's registration burn; rao. */
export interface BurnBounds {
  /** `MinBurn`. */
  readonly min: bigint
  /** `MaxBurn`. */
  readonly max: bigint
}

/**
 * The factor by which a block lowers the burn: the largest f of 32 fraction bits with f^halfLife ≤ 1/2.
 *
 * It takes some 30 multiplications each of 32 steps: keep the result while `BurnHalfLife` stays.
 *
 * @param halfLife - `BurnHalfLife`, blocks; 0 means no decay.
 * @returns The factor times 2^32.
 *
 * Source: subtensor `decay_factor_q32`, spec 425.
 */
export function burnDecayFactor(halfLife: number): bigint {
  if (halfLife === 0) return ONE_Q32
  let low = 0n
  let high = ONE_Q32
  while (low + 1n < high) {
    const middle = low + ((high - low) >> 1n)
    if (powQ32(middle, halfLife) > HALF_Q32) high = middle
    else low = middle
  }
  return low
}

// By squaring, each product rounded down.
function powQ32(base: bigint, exponent: number): bigint {
  let result = ONE_Q32
  let factor = base
  for (let power = exponent; power > 0; power >>= 1) {
    if ((power & 1) === 1) result = (result * factor) >> 32n
    factor = (factor * factor) >> 32n
  }
  return result
}

/**
 * The burn after a block's decay, within its bounds. Blocks 0 and 1 do not decay.
 *
 * @param options.burn - rao.
 * @param options.decayFactor - See {@link burnDecayFactor}.
 * @param options.block - The block that begins.
 * @returns rao.
 *
 * Source: subtensor `update_registration_prices_for_networks`, spec 425.
 */
export function decayBurn(options: {
  readonly burn: bigint
  readonly decayFactor: bigint
  readonly block: bigint
  readonly bounds: BurnBounds
}): bigint {
  const decayed = options.block > 1n ? (options.burn * options.decayFactor) >> 32n : options.burn
  return bound(decayed, options.bounds)
}

/**
 * The burn after a registration raised it, within its bounds.
 *
 * @param options.burn - rao.
 * @param options.multiplier - `BurnIncreaseMult`, U64F64 bits; below 1 it counts as 1.
 * @returns rao.
 *
 * Source: subtensor `bump_registration_price_after_registration`, spec 425.
 */
export function bumpBurn(options: { readonly burn: bigint; readonly multiplier: bigint; readonly bounds: BurnBounds }): bigint {
  const raised = U64F64.mul(U64F64.fromInt(options.burn), maxOf(options.multiplier, U64F64.one))
  return bound(U64F64.toU64(raised), options.bounds)
}

function bound(burn: bigint, { min, max }: BurnBounds): bigint {
  return minOf(maxOf(burn, min), max)
}
