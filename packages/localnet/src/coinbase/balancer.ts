import { U64F64 } from '../consensus/fixed-point.js'
import { minOf } from '../consensus/min-max.js'
import { powRatioScaled } from './pow-ratio.js'

/** What a weight of 1 comes to: weights are fractions of 10^18. */
const ONE = 1_000_000_000_000_000_000n
const MIN_WEIGHT = ONE / 100n
const ONE_FIXED = U64F64.fromInt(ONE)
const U64_MAX = 2n ** 64n - 1n

/** The weight of TAO in a pool where TAO and alpha weigh the same; fraction of 10^18. */
export const HALF_WEIGHT = ONE / 2n

/** A pool: reserves in rao, and what TAO weighs in it. */
export interface WeightedPool {
  /** `SubnetTAO`. */
  readonly tao: bigint
  /** `SubnetAlphaIn`. */
  readonly alpha: bigint
  /** `SwapBalancer`'s quote, fraction of 10^18; alpha weighs the rest. */
  readonly taoWeight: bigint
}

const alphaWeight = (pool: WeightedPool): bigint => ONE - pool.taoWeight

/**
 * TAO per alpha: the ratio of the reserves, each through its weight; 0 without alpha.
 *
 * @returns U64F64 bits.
 *
 * Source: pallet Swap `Balancer::calculate_price`, spec 424.
 */
export function balancerPrice(pool: WeightedPool): bigint {
  const weights = U64F64.safeDiv(U64F64.fromInt(alphaWeight(pool)), U64F64.fromInt(pool.taoWeight))
  return U64F64.mul(weights, U64F64.safeDiv(U64F64.fromInt(pool.tao), U64F64.fromInt(pool.alpha)))
}

// What of the reserve that pays out is left, as a fraction: (x / (x + dx)) ^ (weight in / weight out).
function leftAfter(reserve: bigint, paidIn: bigint, exponent: { readonly numerator: bigint; readonly denominator: bigint }): bigint {
  const sum = reserve + paidIn > U64_MAX ? U64_MAX : reserve + paidIn
  if (sum === 0n) return 0n
  const power = powRatioScaled({ base: { numerator: reserve, denominator: sum }, exponent, scale: ONE, precisionBits: 256n })
  const left = U64F64.safeDiv(U64F64.fromInt(power > U64_MAX ? 0n : power), ONE_FIXED)
  return minOf(left, U64F64.one)
}

const paidOutOf = (reserve: bigint, left: bigint): bigint => U64F64.toU64(U64F64.mul(U64F64.fromInt(reserve), U64F64.sub(U64F64.one, left)))

/** The alpha that TAO buys, rao. Source: pallet Swap `BasicSwapStep::convert_deltas`, spec 424. */
export const alphaForTao = (pool: WeightedPool, tao: bigint): bigint =>
  paidOutOf(pool.alpha, leftAfter(pool.tao, tao, { numerator: pool.taoWeight, denominator: alphaWeight(pool) }))

/** The TAO that alpha buys, rao. Source: pallet Swap `BasicSwapStep::convert_deltas`, spec 424. */
export const taoForAlpha = (pool: WeightedPool, alpha: bigint): bigint =>
  paidOutOf(pool.tao, leftAfter(pool.alpha, alpha, { numerator: alphaWeight(pool), denominator: pool.taoWeight }))

// reserve · (ratio of prices ^ weight − 1), where the ratio is at least 1.
function amountToMove(reserve: bigint, ratio: { readonly numerator: bigint; readonly denominator: bigint }, weight: bigint): bigint {
  if (ratio.denominator === 0n) return 0n
  const exponent = { numerator: weight, denominator: ONE }
  const power = powRatioScaled({ base: ratio, exponent, scale: ONE, precisionBits: 1024n })
  const grown = U64F64.safeDiv(U64F64.fromInt(power > U64_MAX ? U64_MAX : power), ONE_FIXED)
  return U64F64.toU64(U64F64.mul(U64F64.fromInt(reserve), U64F64.sub(grown, U64F64.one)))
}

/**
 * The TAO that moves the price up to another one, rao.
 *
 * Source: pallet Swap `Balancer::calculate_quote_delta_in`, spec 424.
 */
export const taoToReach = (pool: WeightedPool, price: bigint): bigint =>
  amountToMove(pool.tao, { numerator: price, denominator: balancerPrice(pool) }, alphaWeight(pool))

/**
 * The alpha that moves the price down to another one, rao.
 *
 * Source: pallet Swap `Balancer::calculate_base_delta_in`, spec 424.
 */
export const alphaToReach = (pool: WeightedPool, price: bigint): bigint =>
  amountToMove(pool.alpha, { numerator: balancerPrice(pool), denominator: price }, pool.taoWeight)

const weighed = (weight: bigint, value: bigint): bigint => (value * weight + ONE / 2n) / ONE

// Both parts are made to fit 64 bits first, as `Perquintill::from_rational` does, at the cost of their last digits.
function fractionOfOne(part: bigint, whole: bigint): bigint {
  const factor = whole > ONE ? (whole + ONE - 1n) / ONE : 1n
  return ((part / factor) * ONE) / (whole / factor)
}

/**
 * The weight of TAO that keeps the price where it is while both reserves grow.
 *
 * @returns Fraction of 10^18, or undefined where a weight would fall below one hundredth: the chain then adds nothing.
 *
 * Source: pallet Swap `Balancer::update_weights_for_added_liquidity`, spec 424.
 */
export function weightAfterAdding(pool: WeightedPool, added: { readonly tao: bigint; readonly alpha: bigint }): bigint | undefined {
  const alphaPart = weighed(alphaWeight(pool), pool.tao * (pool.alpha + added.alpha))
  const taoPart = weighed(pool.taoWeight, pool.alpha * (pool.tao + added.tao))
  const sum = alphaPart + taoPart
  const weight = sum === 0n ? HALF_WEIGHT : fractionOfOne(taoPart, sum)
  return weight < MIN_WEIGHT || ONE - weight < MIN_WEIGHT ? undefined : weight
}
