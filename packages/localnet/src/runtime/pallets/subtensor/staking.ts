import { U64F64 } from '../../../consensus/fixed-point.js'
import type { RuntimeContext } from '../../framework/context.js'
import { burnAlpha } from '../alpha-assets/alpha-assets.js'
import { ensure } from './errors.js'
import { subtensorEvents } from './events.js'
import { recordTaoFlow } from './flow.js'
import { atPrice, buyAlpha, type SwapTerms, sellAlpha } from './pool.js'
import { addRootClaimed, addRootStaker, hasRootStake, removeRootClaimed, removeRootStaker } from './root-claims.js'
import { buysShare, decreaseStake, increaseStake, type StakeKey } from './stake-pool.js'
import { stake } from './storage/stake.js'
import { burnSwapFee, payFromSubnet, payToSubnet } from './tao.js'

/** The least TAO that can be staked, in rao, without the fee. */
export const MIN_STAKE = 2_000_000n

/** How the pool's part of a change of stake is done. */
export type StakeTerms = Omit<SwapTerms, 'netuid'>

const touch = ({ db, block }: RuntimeContext, { coldkey, hotkey }: StakeKey): void =>
  stake.LastColdkeyHotkeyStakeBlock.set(db, coldkey, hotkey, BigInt(block.number))

/**
 * Swaps a coldkey's TAO for a subnet's alpha, and stakes that on a hotkey.
 *
 * @param tao - In rao, with the fee.
 * @returns The alpha.
 *
 * Source: subtensor `stake_into_subnet`, spec 424.
 */
export function stakeInto(context: RuntimeContext, key: StakeKey, tao: bigint, terms: StakeTerms = {}): bigint {
  const { db } = context
  const { hotkey, coldkey, netuid } = key
  const paid = payToSubnet(context, netuid, coldkey, tao)
  const swap = buyAlpha(db, paid, { netuid, ...terms })
  ensure(swap.paidOut > 0n, 'AmountTooLow')
  ensure(buysShare(db, hotkey, netuid, swap.paidOut), 'InsufficientLiquidity')
  increaseStake(db, key, swap.paidOut)
  burnSwapFee(context, netuid, swap.fee)
  recordTaoFlow(db, netuid, swap.paidIn)
  touch(context, key)
  if (netuid === 0) {
    addRootClaimed(db, key, swap.paidOut)
    addRootStaker(db, coldkey)
  }
  context.emit(subtensorEvents.StakeAdded([coldkey, hotkey, paid, swap.paidOut, netuid, swap.fee]))
  return swap.paidOut
}

/**
 * Takes a coldkey's alpha off a hotkey and swaps it for TAO, which the coldkey gets. Alpha that a limit of the price left
 * unsold is staked again.
 *
 * @param alpha - In alpha's rao, with the fee.
 * @returns The TAO, in rao.
 *
 * Source: subtensor `unstake_from_subnet`, spec 424.
 */
export function unstakeFrom(context: RuntimeContext, key: StakeKey, alpha: bigint, terms: StakeTerms = {}): bigint {
  const { db } = context
  const { hotkey, coldkey, netuid } = key
  decreaseStake(db, key, alpha)
  const swap = sellAlpha(db, alpha, { netuid, ...terms })
  const sold = swap.paidIn + swap.fee
  if (alpha > sold) increaseStake(db, key, alpha - sold)
  payFromSubnet(context, netuid, coldkey, swap.paidOut)
  // Blocks of the localnet have no author who would get the fee.
  if (swap.fee > 0n) burnAlpha(db, netuid, swap.fee)
  if (netuid === 0) {
    removeRootClaimed(db, key, alpha)
    if (!hasRootStake(db, coldkey)) removeRootStaker(db, coldkey)
  }
  recordTaoFlow(db, netuid, -swap.paidOut)
  touch(context, key)
  context.emit(subtensorEvents.StakeRemoved([coldkey, hotkey, swap.paidOut, swap.paidIn, netuid, swap.fee]))
  return swap.paidOut
}

/**
 * Moves stake to another hotkey or coldkey of the same subnet: no swap, no fee.
 *
 * @param alpha - In alpha's rao.
 * @returns What that is in TAO at the price of the moment, in rao.
 *
 * Source: subtensor `transfer_stake_within_subnet`, spec 424.
 */
export function moveWithinSubnet(
  context: RuntimeContext,
  { from, to }: { readonly from: StakeKey; readonly to: StakeKey },
  alpha: bigint,
): bigint {
  const { db } = context
  const { netuid } = from
  decreaseStake(db, from, alpha)
  if (netuid === 0) removeRootClaimed(db, from, alpha)
  increaseStake(db, to, alpha)
  if (netuid === 0) {
    addRootClaimed(db, to, alpha)
    // The chain's own walk over all stakes finds the new staker some blocks later.
    if (alpha > 0n) addRootStaker(db, to.coldkey)
  }
  const tao = U64F64.toU64(atPrice(db, netuid, alpha))
  ensure(tao >= MIN_STAKE, 'AmountTooLow')
  touch(context, to)
  context.emit(subtensorEvents.StakeRemoved([from.coldkey, from.hotkey, tao, alpha, netuid, 0n]))
  context.emit(subtensorEvents.StakeAdded([to.coldkey, to.hotkey, tao, alpha, netuid, 0n]))
  return tao
}
