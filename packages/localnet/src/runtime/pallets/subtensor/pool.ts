import {
  type PoolReserves,
  type PoolSwap,
  type PoolSwapResult,
  poolPrice,
  swapAlphaForTao,
  swapTaoForAlpha,
} from '../../../coinbase/pool-swap.js'
import { U64F64 } from '../../../consensus/fixed-point.js'
import type { Storage } from '../../../state/storage.js'
import { fail } from '../../framework/dispatch-failure.js'
import type { StorageItem } from '../../framework/storage-item.js'
import { swapErrors, swap as swapStorage } from '../swap/swap.js'
import { pools } from './storage/stake.js'
import { subnets } from './storage/subnets.js'

/** The pool of a subnet. */
export const reservesOf = (db: Storage, netuid: number): Required<PoolReserves> => ({
  tao: pools.SubnetTAO.get(db, netuid),
  alpha: pools.SubnetAlphaIn.get(db, netuid),
  taoWeight: swapStorage.SwapBalancer.get(db, netuid).quote,
})

/** Whether a subnet has a pool; without one, as root, its alpha is worth one TAO. */
export const isDynamic = (db: Storage, netuid: number): boolean => subnets.SubnetMechanism.get(db, netuid) === 1

/** What one alpha costs in TAO, U64F64 bits. */
export const alphaPrice = (db: Storage, netuid: number): bigint => (isDynamic(db, netuid) ? poolPrice(reservesOf(db, netuid)) : U64F64.one)

/** An amount at the price of the moment, in rao of TAO, U64F64 bits: without slippage. */
export const atPrice = (db: Storage, netuid: number, alpha: bigint): bigint => U64F64.mul(alphaPrice(db, netuid), U64F64.fromInt(alpha))

/** How a swap is done. */
export interface SwapTerms {
  readonly netuid: number
  /** Price at which the swap ends, rao of TAO for 10^9 rao of alpha; the chain's own limit unless given. */
  readonly limitPrice?: bigint | undefined
  /** The chain's own swaps pay no fee. */
  readonly withoutFee?: boolean
}

type Direction = 'taoForAlpha' | 'alphaForTao'

const oneToOne = (amount: bigint): PoolSwapResult => ({ ok: true, swap: { paidIn: amount, paidOut: amount, fee: 0n } })

function simulate(db: Storage, direction: Direction, amount: bigint, { netuid, limitPrice, withoutFee }: SwapTerms): PoolSwapResult {
  if (!isDynamic(db, netuid)) return oneToOne(amount)
  const feeRate = withoutFee ? 0 : swapStorage.FeeRate.get(db, netuid)
  const terms = { reserves: reservesOf(db, netuid), feeRate, ...(limitPrice === undefined ? {} : { limitPrice }) }
  return direction === 'taoForAlpha' ? swapTaoForAlpha({ ...terms, tao: amount }) : swapAlphaForTao({ ...terms, alpha: amount })
}

/** What TAO would buy, without buying it. */
export const simulateBuy = (db: Storage, tao: bigint, terms: SwapTerms): PoolSwapResult => simulate(db, 'taoForAlpha', tao, terms)

/** What alpha would sell for, without selling it. */
export const simulateSell = (db: Storage, alpha: bigint, terms: SwapTerms): PoolSwapResult => simulate(db, 'alphaForTao', alpha, terms)

/** The amounts of a swap; ends the call with the pallet's error if there is none. */
export const swapOrFail = (result: PoolSwapResult): PoolSwap => (result.ok ? result.swap : fail(swapErrors.error(result.error)))

const add = (db: Storage, item: StorageItem<[number], bigint, bigint>, netuid: number, amount: bigint): void =>
  item.set(db, netuid, item.get(db, netuid) + amount)

const take = (db: Storage, item: StorageItem<[number], bigint, bigint>, netuid: number, amount: bigint): void => {
  const before = item.get(db, netuid)
  item.set(db, netuid, before > amount ? before - amount : 0n)
}

function execute(db: Storage, direction: Direction, amount: bigint, terms: SwapTerms): PoolSwap {
  const swap = swapOrFail(simulate(db, direction, amount, terms))
  if (!isDynamic(db, terms.netuid) || swapStorage.PalSwapInitialized.get(db, terms.netuid)) return swap
  swapStorage.SwapBalancer.set(db, terms.netuid, swapStorage.SwapBalancer.get(db, terms.netuid))
  swapStorage.PalSwapInitialized.set(db, terms.netuid, true)
  return swap
}

/**
 * Swaps TAO for alpha in a subnet's pool. The TAO must be in the subnet's account already. The alpha becomes outstanding;
 * whose it is, is the caller's business, as is the fee, which stays in the subnet's account.
 *
 * @param tao - In rao, with the fee.
 *
 * Source: subtensor `swap_tao_for_alpha`, spec 424.
 */
export function buyAlpha(db: Storage, tao: bigint, terms: SwapTerms): PoolSwap {
  const { netuid } = terms
  const swap = execute(db, 'taoForAlpha', tao, terms)
  take(db, pools.SubnetAlphaIn, netuid, swap.paidOut)
  add(db, pools.SubnetAlphaOut, netuid, swap.paidOut)
  add(db, pools.SubnetTAO, netuid, swap.paidIn)
  pools.TotalStake.set(db, pools.TotalStake.get(db) + tao)
  add(db, pools.SubnetVolume, netuid, tao)
  return swap
}

/**
 * Swaps alpha for TAO in a subnet's pool. The alpha, which must be nobody's stake any more, goes into the pool; the TAO
 * stays in the subnet's account until the caller moves it.
 *
 * @param alpha - In alpha's rao, with the fee.
 *
 * Source: subtensor `swap_alpha_for_tao`, spec 424.
 */
export function sellAlpha(db: Storage, alpha: bigint, terms: SwapTerms): PoolSwap {
  const { netuid } = terms
  const swap = execute(db, 'alphaForTao', alpha, terms)
  add(db, pools.SubnetAlphaIn, netuid, swap.paidIn)
  take(db, pools.SubnetAlphaOut, netuid, swap.paidIn)
  take(db, pools.SubnetTAO, netuid, swap.paidOut)
  const staked = pools.TotalStake.get(db)
  pools.TotalStake.set(db, staked > swap.paidOut ? staked - swap.paidOut : 0n)
  add(db, pools.SubnetVolume, netuid, swap.paidOut)
  return swap
}
