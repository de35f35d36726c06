import { type PoolReserves, type PoolSwap, poolPrice, swapTaoForAlpha } from '../../../coinbase/pool-swap.js'
import { U64F64 } from '../../../consensus/fixed-point.js'
import type { Storage } from '../../../state/storage.js'
import { fail } from '../../framework/dispatch-failure.js'
import { swapErrors, swap as swapStorage } from '../swap/swap.js'
import { pools } from './storage/stake.js'
import { subnets } from './storage/subnets.js'

/** The pool of a subnet. */
export const reservesOf = (db: Storage, netuid: number): PoolReserves => ({
  tao: pools.SubnetTAO.get(db, netuid),
  alpha: pools.SubnetAlphaIn.get(db, netuid),
})

/** Whether a subnet has a pool; without one its alpha is worth one TAO. */
export const isDynamic = (db: Storage, netuid: number): boolean => subnets.SubnetMechanism.get(db, netuid) === 1

/** What one alpha costs in TAO, U64F64 bits. */
export const alphaPrice = (db: Storage, netuid: number): bigint => (isDynamic(db, netuid) ? poolPrice(reservesOf(db, netuid)) : U64F64.one)

/** What a swap would come to, without doing it. */
export const simulateSwap = (db: Storage, netuid: number, tao: bigint, feeRate = swapStorage.FeeRate.get(db, netuid)) =>
  swapTaoForAlpha({ reserves: reservesOf(db, netuid), tao, feeRate })

/** How a swap is done. */
export interface BuyAlphaOptions {
  readonly netuid: number
  /** In rao, with the fee. The TAO must be in the subnet's account already. */
  readonly tao: bigint
  /** The chain's own buys pay no fee. */
  readonly withoutFee?: boolean
}

/**
 * Swaps TAO for alpha in a subnet's pool. The alpha becomes outstanding; whose it is, is the caller's business, as is
 * the fee, which stays in the subnet's account.
 */
export function buyAlpha(db: Storage, { netuid, tao, withoutFee = false }: BuyAlphaOptions): PoolSwap {
  const result = withoutFee ? simulateSwap(db, netuid, tao, 0) : simulateSwap(db, netuid, tao)
  if (!result.ok) return fail(swapErrors.error(result.error))
  const { paidIn, paidOut } = result.swap
  swapStorage.PalSwapInitialized.set(db, netuid, true)
  pools.SubnetAlphaIn.set(db, netuid, pools.SubnetAlphaIn.get(db, netuid) - paidOut)
  pools.SubnetAlphaOut.set(db, netuid, pools.SubnetAlphaOut.get(db, netuid) + paidOut)
  pools.SubnetTAO.set(db, netuid, pools.SubnetTAO.get(db, netuid) + paidIn)
  pools.TotalStake.set(db, pools.TotalStake.get(db) + tao)
  pools.SubnetVolume.set(db, netuid, pools.SubnetVolume.get(db, netuid) + tao)
  return result.swap
}
