import { DEFAULT_FEE_RATE, swapFee } from '../../../coinbase/pool-swap.js'
import { U64F64 } from '../../../consensus/fixed-point.js'
import { minOf } from '../../../consensus/min-max.js'
import type { Storage } from '../../../state/storage.js'
import type { ReadContext, RuntimeContext } from '../../framework/context.js'
import { DispatchFailure } from '../../framework/dispatch-failure.js'
import { ensure, failWith } from './errors.js'
import { hotkeyExists, owns } from './hotkeys.js'
import { alphaPrice, atPrice, isDynamic, simulateBuy, simulateSell, swapOrFail } from './pool.js'
import { buysShare, decreaseStake, hotkeyAlpha, type StakeKey, stakeOf } from './stake-pool.js'
import { MIN_STAKE, unstakeFrom } from './staking.js'
import { children } from './storage/children.js'
import { hyperparameters } from './storage/hyperparameters.js'
import { pools, stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import { allNetuids, subnetExists } from './subnets.js'
import { hasBalance } from './tao.js'

const U64_MAX = 2n ** 64n - 1n

/** What a swap can take of a reserve at most. */
const largestInput = (reserve: bigint): bigint => minOf(reserve * 1000n, U64_MAX)

/** One TAO per alpha, as root and subnets without a pool have it. */
const PAR = 1_000_000_000n

/** How much of an amount may be swapped. */
export interface SwapBound {
  /** In rao of what is given. */
  readonly most: bigint
  /** Whether less than was asked for will do. */
  readonly allowPartial: boolean
}

/** Ends the call if TAO is more than the subnet's pool takes at all. */
export const checkBuyInput = (db: Storage, netuid: number, tao: bigint): void =>
  ensure(!isDynamic(db, netuid) || tao <= largestInput(pools.SubnetTAO.get(db, netuid)), 'InsufficientLiquidity')

/** Ends the call if alpha is more than the subnet's pool takes at all. */
export const checkSellInput = (db: Storage, netuid: number, alpha: bigint): void =>
  ensure(!isDynamic(db, netuid) || alpha <= largestInput(pools.SubnetAlphaIn.get(db, netuid)), 'InsufficientLiquidity')

/** The most TAO that can be staked before alpha costs more than a price, in rao. */
export function mostToBuy(db: Storage, netuid: number, limitPrice: bigint): bigint {
  if (!isDynamic(db, netuid)) return limitPrice >= PAR ? U64_MAX : 0n
  const { paidIn, fee } = swapOrFail(simulateBuy(db, largestInput(pools.SubnetTAO.get(db, netuid)), { netuid, limitPrice }))
  return paidIn + fee
}

/** The most alpha that can be unstaked before it brings less than a price, in alpha's rao. */
export function mostToSell(db: Storage, netuid: number, limitPrice: bigint): bigint {
  if (!isDynamic(db, netuid)) return limitPrice <= PAR ? U64_MAX : 0n
  const { paidIn, fee } = swapOrFail(simulateSell(db, largestInput(pools.SubnetAlphaIn.get(db, netuid)), { netuid, limitPrice }))
  return paidIn + fee
}

/** Ends the call unless TAO can be staked. Source: subtensor `validate_add_stake`, spec 424. */
export function checkAddStake(context: ReadContext, { hotkey, coldkey, netuid }: StakeKey, amount: bigint, bound: SwapBound): void {
  const { db } = context
  ensure(subnetExists(db, netuid), 'SubnetNotExists')
  ensure(subnets.SubtokenEnabled.get(db, netuid), 'SubtokenDisabled')
  const least = simulateBuy(db, MIN_STAKE, { netuid })
  ensure(amount >= MIN_STAKE + (least.ok ? least.swap.fee : swapFee(MIN_STAKE, DEFAULT_FEE_RATE)), 'AmountTooLow')
  ensure(bound.allowPartial || amount <= bound.most, 'SlippageTooHigh')
  const staked = minOf(amount, bound.most)
  ensure(hasBalance(context, coldkey, staked), 'NotEnoughBalanceToStake')
  ensure(hotkeyExists(db, hotkey), 'HotKeyAccountNotExists')
  const result = simulateBuy(db, staked, { netuid })
  const swap = result.ok ? result.swap : failWith('InsufficientLiquidity')
  ensure(swap.paidIn >= MIN_STAKE, 'AmountTooLow')
  ensure(swap.paidOut > 0n, 'InsufficientLiquidity')
  ensure(buysShare(db, hotkey, netuid, swap.paidOut), 'InsufficientLiquidity')
}

/** Ends the call unless alpha can be unstaked. Source: subtensor `validate_remove_stake`, spec 424; nothing is locked. */
export function checkRemoveStake(db: Storage, key: StakeKey, alpha: bigint, bound: SwapBound): void {
  ensure(subnetExists(db, key.netuid), 'SubnetNotExists')
  ensure(alpha > 0n, 'AmountTooLow')
  const staked = stakeOf(db, key)
  ensure(staked >= alpha, 'NotEnoughStakeToWithdraw')
  const result = simulateSell(db, alpha, { netuid: key.netuid })
  const { paidOut } = result.ok ? result.swap : failWith('InsufficientLiquidity')
  ensure(alpha === staked || paidOut >= MIN_STAKE, 'AmountTooLow')
  ensure(bound.allowPartial || alpha <= bound.most, 'SlippageTooHigh')
  ensure(hotkeyExists(db, key.hotkey), 'HotKeyAccountNotExists')
}

/** Whether a check passes. */
export function passesCheck(check: () => void): boolean {
  try {
    check()
    return true
  } catch (error) {
    if (error instanceof DispatchFailure) return false
    throw error
  }
}

/** What all stake on a hotkey comes to at the prices of the moment, in rao. Source: `get_total_stake_for_hotkey`. */
export const totalStakeOf = (db: Storage, hotkey: string): bigint =>
  U64F64.toU64(U64F64.sum(allNetuids(db).map((netuid) => atPrice(db, netuid, hotkeyAlpha(db, hotkey, netuid)))))

/** Children that wait are given up where their parent's stake has fallen below the threshold. */
export function dropPendingChildren(db: Storage, hotkey: string): void {
  if (totalStakeOf(db, hotkey) >= hyperparameters.StakeThreshold.get(db)) return
  for (const netuid of allNetuids(db)) children.PendingChildKeys.remove(db, netuid, hotkey)
}

/**
 * Unstakes what a nominator has left if it is below the least that nominators must have.
 *
 * Source: subtensor `clear_small_nomination_if_required`, spec 424.
 */
export function clearSmallNomination(context: RuntimeContext, key: StakeKey): void {
  const { db } = context
  const { hotkey, coldkey, netuid } = key
  if (owns(db, coldkey, hotkey)) return
  const alpha = stakeOf(db, key)
  const required = U64F64.fromInt(hyperparameters.NominatorMinRequiredStake.get(db))
  const least = U64F64.toU64(U64F64.safeDiv(required, alphaPrice(db, netuid)))
  if (alpha === 0n || alpha >= least) return
  // What cannot be sold is lost. The chain keeps what the failed swap had done by then, which is the taking.
  if (!passesCheck(() => unstakeFrom(context, key, alpha))) decreaseStake(db, key, stakeOf(db, key))
}

/** The same for all nominators. Source: subtensor `clear_small_nominations`, spec 424. */
export function clearSmallNominations(context: RuntimeContext): void {
  const stakes = stake.AlphaV2.keys(context.db).sort(([a, b, c], [x, y, z]) =>
    a < x || (a === x && (b < y || (b === y && c < z))) ? -1 : 1,
  )
  for (const [hotkey, coldkey, netuid] of stakes) clearSmallNomination(context, { hotkey, coldkey, netuid })
}
