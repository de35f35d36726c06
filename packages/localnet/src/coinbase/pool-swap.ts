import { TensorKitError } from '@tensorkit/core'
import { U64F64 } from '../consensus/fixed-point.js'

/** Fee on a swap's input, u16 fraction of 65535: 0.05 %. Source: pallet Swap `DefaultFeeRate`, spec 425. */
export const DEFAULT_FEE_RATE = 33

/** Least reserve that a swap may pay out of, rao. Source: runtime `SwapMinimumReserve`, spec 425. */
export const MINIMUM_RESERVE = 1_000_000n

// Source: pallet Swap `MAX_SWAP_INPUT_RESERVE_MULTIPLIER` and `max_price` (1e15 rao of TAO per alpha), spec 425.
const MAX_INPUT_RESERVES = 1000n
const MAX_PRICE = U64F64.fromInt(1_000_000)
// Powers are computed to 18 decimals.
const SCALE = 1_000_000_000_000_000_000n
const SCALE_FIXED = U64F64.fromInt(SCALE)
const U16_MAX = U64F64.fromInt(0xffff)

/** Reserves of a subnet's pool, rao. */
export interface PoolReserves {
  /** `SubnetTAO`. */
  readonly tao: bigint
  /** `SubnetAlphaIn`. */
  readonly alpha: bigint
}

/** Amounts of a swap, rao. The reserves take `paidIn` and give `paidOut`; the fee goes to the block's author. */
export interface PoolSwap {
  /** TAO that enters the pool, without the fee. */
  readonly paidIn: bigint
  /** Alpha that leaves the pool. */
  readonly paidOut: bigint
  /** TAO on top of `paidIn`. */
  readonly fee: bigint
}

/** Why a swap is refused: names of pallet Swap's errors. */
export type PoolSwapError = 'ReservesTooLow' | 'SwapInputTooLarge' | 'PriceLimitExceeded'

/**
 * The pool's price, TAO per alpha; 0 without alpha.
 *
 * @returns U64F64 bits.
 *
 * Source: pallet Swap `current_price`, `calculate_price` with both weights one half, spec 425.
 */
export function poolPrice({ tao, alpha }: PoolReserves): bigint {
  return U64F64.safeDiv(U64F64.fromInt(tao), U64F64.fromInt(alpha))
}

/**
 * The fee on an amount that is swapped.
 *
 * @param amount - rao.
 * @param feeRate - u16 fraction of 65535.
 * @returns rao, rounded down.
 *
 * Source: pallet Swap `calculate_fee_amount`, spec 425.
 */
export function swapFee(amount: bigint, feeRate: number): bigint {
  const rate = U64F64.safeDiv(U64F64.fromInt(feeRate), U16_MAX)
  return U64F64.toU64(U64F64.mul(U64F64.fromInt(amount), rate))
}

/**
 * Buys alpha from a pool whose weights are both one half, for all of the TAO given.
 *
 * @param options.tao - TAO to spend, fee included, rao.
 * @param options.feeRate - `FeeRate`, u16 fraction of 65535; 0 where fees are dropped.
 * @returns The amounts, or the pallet's error.
 * @throws LOCALNET_NOT_MODELLED where the price would pass the chain's largest, so that only a part could be swapped.
 *
 * Source: pallet Swap `do_swap`, `swap_step.rs`, `balancer.rs`, spec 425.
 */
export function swapTaoForAlpha(options: {
  readonly reserves: PoolReserves
  readonly tao: bigint
  readonly feeRate: number
}): { readonly ok: true; readonly swap: PoolSwap } | { readonly ok: false; readonly error: PoolSwapError } {
  const { reserves, tao } = options
  const fee = swapFee(tao, options.feeRate)
  const paidIn = tao - fee
  if (paidIn > reserves.tao * MAX_INPUT_RESERVES) return { ok: false, error: 'SwapInputTooLarge' }
  if (reserves.alpha < MINIMUM_RESERVE) return { ok: false, error: 'ReservesTooLow' }
  if (poolPrice(reserves) >= MAX_PRICE) return { ok: false, error: 'PriceLimitExceeded' }

  const paidOut = payout(reserves, paidIn)
  if (poolPrice({ tao: reserves.tao + paidIn, alpha: reserves.alpha - paidOut }) > MAX_PRICE) {
    throw new TensorKitError('LOCALNET_NOT_MODELLED', 'A swap that ends at the largest price is not modelled', { facts: { tao, paidOut } })
  }
  if (paidIn > 0n && paidOut === 0n) return { ok: false, error: 'ReservesTooLow' }
  return { ok: true, swap: { paidIn, paidOut, fee } }
}

// alpha · (1 − y / (y + Δy)): the balancer's formula where the exponent, the ratio of the weights, is 1.
function payout(reserves: PoolReserves, paidIn: bigint): bigint {
  const after = reserves.tao + paidIn
  const kept = after === 0n ? 0n : (reserves.tao * SCALE) / after
  const sold = U64F64.sub(U64F64.one, U64F64.safeDiv(U64F64.fromInt(kept), SCALE_FIXED))
  return U64F64.toU64(U64F64.mul(U64F64.fromInt(reserves.alpha), sold))
}
