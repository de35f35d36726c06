import { U64F64 } from '../consensus/fixed-point.js'
import { alphaForTao, alphaToReach, balancerPrice, HALF_WEIGHT, taoForAlpha, taoToReach, type WeightedPool } from './balancer.js'

/** Fee on a swap's input, u16 fraction of 65535: 0.05 %. Source: pallet Swap `DefaultFeeRate`, spec 424. */
export const DEFAULT_FEE_RATE = 33

/** Least reserve that a swap may pay out of, rao. Source: runtime `SwapMinimumReserve`, spec 424. */
export const MINIMUM_RESERVE = 1_000_000n

/** The smallest and the largest price of a swap, rao of TAO for 10^9 rao of alpha. Source: pallet Swap `min_price`, `max_price`, spec 424. */
export const MIN_PRICE = 1000n
export const MAX_PRICE = 1_000_000_000_000_000n

// Source: pallet Swap `MAX_SWAP_INPUT_RESERVE_MULTIPLIER`, spec 424.
const MAX_INPUT_RESERVES = 1000n
const RAO = U64F64.fromInt(1_000_000_000n)
const U16_MAX = U64F64.fromInt(0xffff)
const U64_MAX = 2n ** 64n - 1n

/** Reserves of a subnet's pool, rao. */
export interface PoolReserves {
  /** `SubnetTAO`. */
  readonly tao: bigint
  /** `SubnetAlphaIn`. */
  readonly alpha: bigint
  /** `SwapBalancer`: what TAO weighs, fraction of 10^18; one half unless TAO was emitted into the pool. */
  readonly taoWeight?: bigint
}

/** Amounts of a swap, rao. The reserves take `paidIn` and give `paidOut`; the fee goes to the block's author. */
export interface PoolSwap {
  /** What enters the pool, without the fee. */
  readonly paidIn: bigint
  /** What leaves the pool. */
  readonly paidOut: bigint
  /** On top of `paidIn`. */
  readonly fee: bigint
}

/** Why a swap is refused: names of pallet Swap's errors. */
export type PoolSwapError = 'ReservesTooLow' | 'SwapInputTooLarge' | 'PriceLimitExceeded'

/** A swap, or why there is none. */
export type PoolSwapResult = { readonly ok: true; readonly swap: PoolSwap } | { readonly ok: false; readonly error: PoolSwapError }

const weighted = ({ tao, alpha, taoWeight = HALF_WEIGHT }: PoolReserves): WeightedPool => ({ tao, alpha, taoWeight })

/**
 * The pool's price, TAO per alpha; 0 without alpha.
 *
 * @returns U64F64 bits.
 *
 * Source: pallet Swap `current_price`, spec 424.
 */
export const poolPrice = (reserves: PoolReserves): bigint => balancerPrice(weighted(reserves))

/**
 * The fee on an amount that is swapped.
 *
 * @param amount - rao.
 * @param feeRate - u16 fraction of 65535.
 * @returns rao, rounded down.
 *
 * Source: pallet Swap `calculate_fee_amount`, spec 424.
 */
export function swapFee(amount: bigint, feeRate: number): bigint {
  const rate = U64F64.safeDiv(U64F64.fromInt(feeRate), U16_MAX)
  return U64F64.toU64(U64F64.mul(U64F64.fromInt(amount), rate))
}

/** The fee on top of an amount that enters the pool, where a limit of the price cut the amount. */
function feeOnTop(paidIn: bigint, feeRate: number): bigint {
  const rate = U64F64.fromInt(feeRate)
  return U64F64.toU64(U64F64.mul(U64F64.fromInt(paidIn), U64F64.safeDiv(rate, U64F64.sub(U16_MAX, rate))))
}

/** What a swap takes, and how far it may move the price. */
interface SwapTerms {
  readonly reserves: PoolReserves
  /** `FeeRate`, u16 fraction of 65535; 0 where fees are dropped. */
  readonly feeRate: number
  /** Price at which the swap ends, rao of TAO for 10^9 rao of alpha; the chain's own limit unless given. */
  readonly limitPrice?: bigint
}

/** One direction of a swap. */
interface Direction {
  readonly reserveIn: bigint
  readonly reserveOut: bigint
  /** Whether a price is on the near side of another, or equal. */
  isWithin(price: bigint, limit: bigint): boolean
  payout(paidIn: bigint): bigint
  priceAfter(paidIn: bigint, paidOut: bigint): bigint
  toReach(price: bigint): bigint
}

function swapThrough(direction: Direction, amount: bigint, terms: SwapTerms & { readonly limitPrice: bigint }): PoolSwapResult {
  const { feeRate } = terms
  const fee = swapFee(amount, feeRate)
  const wanted = amount - fee
  const most = direction.reserveIn * MAX_INPUT_RESERVES
  if (wanted > (most > U64_MAX ? U64_MAX : most)) return { ok: false, error: 'SwapInputTooLarge' }
  if (direction.reserveOut < MINIMUM_RESERVE) return { ok: false, error: 'ReservesTooLow' }
  const limit = U64F64.safeDiv(U64F64.fromInt(terms.limitPrice), RAO)
  const price = poolPrice(terms.reserves)
  // The limit must be beyond the price, not at it.
  if (price === limit || !direction.isWithin(price, limit)) return { ok: false, error: 'PriceLimitExceeded' }

  const whole = direction.payout(wanted)
  if (direction.isWithin(direction.priceAfter(wanted, whole), limit)) return checked({ paidIn: wanted, paidOut: whole, fee })
  const paidIn = direction.toReach(limit)
  return checked({ paidIn, paidOut: direction.payout(paidIn), fee: feeOnTop(paidIn, feeRate) })
}

const checked = (swap: PoolSwap): PoolSwapResult =>
  swap.paidIn > 0n && swap.paidOut === 0n ? { ok: false, error: 'ReservesTooLow' } : { ok: true, swap }

const less = (amount: bigint, by: bigint): bigint => (amount > by ? amount - by : 0n)

/**
 * Buys alpha from a pool, for all of the TAO given or until the price has risen to the limit.
 *
 * @param options.tao - TAO to spend, fee included, rao.
 * @returns The amounts, or the pallet's error.
 *
 * Source: pallet Swap `do_swap`, `swap_step.rs`, `balancer.rs`, spec 424.
 */
export function swapTaoForAlpha(options: SwapTerms & { readonly tao: bigint }): PoolSwapResult {
  const pool = weighted(options.reserves)
  const direction: Direction = {
    reserveIn: pool.tao,
    reserveOut: pool.alpha,
    isWithin: (price, limit) => price <= limit,
    payout: (tao) => alphaForTao(pool, tao),
    priceAfter: (tao, alpha) => balancerPrice({ ...pool, tao: pool.tao + tao, alpha: less(pool.alpha, alpha) }),
    toReach: (price) => taoToReach(pool, price),
  }
  return swapThrough(direction, options.tao, { ...options, limitPrice: options.limitPrice ?? MAX_PRICE })
}

/**
 * Sells alpha to a pool: all of what is given, or until the price has fallen to the limit.
 *
 * @param options.alpha - Alpha to sell, fee included, rao.
 * @returns The amounts, or the pallet's error.
 *
 * Source: pallet Swap `do_swap`, `swap_step.rs`, `balancer.rs`, spec 424.
 */
export function swapAlphaForTao(options: SwapTerms & { readonly alpha: bigint }): PoolSwapResult {
  const pool = weighted(options.reserves)
  const direction: Direction = {
    reserveIn: pool.alpha,
    reserveOut: pool.tao,
    isWithin: (price, limit) => price >= limit,
    payout: (alpha) => taoForAlpha(pool, alpha),
    priceAfter: (alpha, tao) => balancerPrice({ ...pool, tao: less(pool.tao, tao), alpha: pool.alpha + alpha }),
    toReach: (price) => alphaToReach(pool, price),
  }
  return swapThrough(direction, options.alpha, { ...options, limitPrice: options.limitPrice ?? MIN_PRICE })
}
