import { I96F32, U64F64 } from '../consensus/fixed-point.js'
import { minOf } from '../consensus/min-max.js'

/**
 * The moving average of a subnet's price after a block. Prices above 1 count as 1, and the average is slow at first.
 *
 * @param options.movingPrice - `SubnetMovingPrice`, I96F32 bits.
 * @param options.price - The pool's price, TAO per alpha, U64F64 bits.
 * @param options.movingAlpha - `SubnetMovingAlpha`, I96F32 bits.
 * @param options.halvingBlocks - `EMAPriceHalvingBlocks`.
 * @param options.blocksSinceStart - Blocks since start_call: block − (`FirstEmissionBlockNumber` − 1), at least 0.
 * @returns I96F32 bits, to store.
 *
 * Source: subtensor `update_moving_price`, spec 425.
 */
export function nextMovingPrice(options: {
  readonly movingPrice: bigint
  readonly price: bigint
  readonly movingAlpha: bigint
  readonly halvingBlocks: bigint
  readonly blocksSinceStart: bigint
}): bigint {
  const age = U64F64.fromInt(options.blocksSinceStart)
  const warmUp = U64F64.safeDiv(age, U64F64.add(age, U64F64.fromInt(options.halvingBlocks)))
  const alpha = U64F64.mul(U64F64.from(options.movingAlpha, I96F32), warmUp)
  const price = U64F64.mul(alpha, minOf(options.price, U64F64.one))
  const moving = U64F64.mul(U64F64.sub(U64F64.one, alpha), U64F64.from(options.movingPrice, I96F32))
  return I96F32.from(U64F64.add(price, moving), U64F64)
}
