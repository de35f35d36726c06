import { DEFAULT_FEE_RATE, swapFee } from '../../../../coinbase/pool-swap.js'
import { defineCall } from '../../../framework/call.js'
import type { ReadContext, RuntimeContext } from '../../../framework/context.js'
import { ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { netUid, taoBalance } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { ensure, failWith } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { hotkeyExists } from '../hotkeys.js'
import { buyAlpha, simulateSwap } from '../pool.js'
import { buysShare, increaseStake } from '../stake-pool.js'
import { pools, stake } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'
import { subnetExists } from '../subnets.js'
import { burnSwapFee, hasBalance, payToSubnet } from '../tao.js'

/** The least TAO that can be staked, in rao, without the fee. */
const minStake = 2_000_000n

function check(
  context: ReadContext & RuntimeContext,
  coldkey: string,
  { hotkey, netuid, amount }: { hotkey: string; netuid: number; amount: bigint },
): void {
  const { db } = context
  ensure(amount <= pools.SubnetTAO.get(db, netuid) * 1000n || subnets.SubnetMechanism.get(db, netuid) !== 1, 'InsufficientLiquidity')
  ensure(subnetExists(db, netuid), 'SubnetNotExists')
  ensure(subnets.SubtokenEnabled.get(db, netuid), 'SubtokenDisabled')
  const least = simulateSwap(db, netuid, minStake)
  ensure(amount >= minStake + (least.ok ? least.swap.fee : swapFee(minStake, DEFAULT_FEE_RATE)), 'AmountTooLow')
  ensure(hasBalance(context, coldkey, amount), 'NotEnoughBalanceToStake')
  ensure(hotkeyExists(db, hotkey), 'HotKeyAccountNotExists')
  const swap = simulateSwap(db, netuid, amount)
  if (!swap.ok) failWith('InsufficientLiquidity')
  else {
    ensure(swap.swap.paidIn >= minStake, 'AmountTooLow')
    ensure(swap.swap.paidOut > 0n, 'InsufficientLiquidity')
    ensure(buysShare(db, hotkey, netuid, swap.swap.paidOut), 'InsufficientLiquidity')
  }
}

/**
 * Swaps a coldkey's TAO for a subnet's alpha, and stakes that on a hotkey.
 *
 * Source: subtensor `do_add_stake`, `stake_into_subnet`, spec 425.
 */
export const addStake = defineCall({
  index: 2,
  args: { hotkey: accountId, netuid: netUid, amount_staked: taoBalance },
  refTime: refTime({ time: 664_064_000n, reads: 32, writes: 16 }),
  notModelled: ({ netuid }) => (netuid === 0 ? 'Stake on root (netuid 0)' : undefined),
  run: (context, origin, { hotkey, netuid, amount_staked: amount }) => {
    const { db, block } = context
    const coldkey = ensureSigned(origin)
    check(context, coldkey, { hotkey, netuid, amount })
    const tao = payToSubnet(context, netuid, coldkey, amount)
    const swap = buyAlpha(db, { netuid, tao })
    ensure(swap.paidOut > 0n, 'AmountTooLow')
    ensure(buysShare(db, hotkey, netuid, swap.paidOut), 'InsufficientLiquidity')
    increaseStake(db, { hotkey, coldkey, netuid }, swap.paidOut)
    burnSwapFee(context, netuid, swap.fee)
    stake.LastColdkeyHotkeyStakeBlock.set(db, coldkey, hotkey, BigInt(block.number))
    context.emit(subtensorEvents.StakeAdded([coldkey, hotkey, tao, swap.paidOut, netuid, swap.fee]))
  },
})
