import { minOf } from '../../../../consensus/min-max.js'
import { defineCall } from '../../../framework/call.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { bool, netUid, taoBalance } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { becomeDelegate, owns } from '../hotkeys.js'
import { checkAddStake, checkBuyInput, mostToBuy } from '../stake-checks.js'
import { stakeInto } from '../staking.js'

/** What to stake, where. */
export interface Addition {
  readonly hotkey: string
  readonly netuid: number
  /** In rao, with the fee. */
  readonly amount: bigint
}

/** Stakes at any price. Returns the alpha. Source: subtensor `do_add_stake`, spec 424. */
export function addStakeAtAnyPrice(context: RuntimeContext, origin: Origin, { hotkey, netuid, amount }: Addition): bigint {
  const key = { hotkey, coldkey: ensureSigned(origin), netuid }
  checkBuyInput(context.db, netuid, amount)
  checkAddStake(context, key, amount, { most: amount, allowPartial: false })
  return stakeInto(context, key, amount)
}

/** How far the price may move. */
export interface PriceLimit {
  /** Rao of TAO for 10^9 rao of alpha. */
  readonly limitPrice: bigint
  readonly allowPartial: boolean
}

/** Stakes up to a price. Returns the alpha. Source: subtensor `do_add_stake_limit`, spec 424. */
export function addStakeUpTo(context: RuntimeContext, origin: Origin, addition: Addition, limit: PriceLimit): bigint {
  const { db } = context
  const { hotkey, netuid, amount } = addition
  const key = { hotkey, coldkey: ensureSigned(origin), netuid }
  checkBuyInput(db, netuid, amount)
  const most = mostToBuy(db, netuid, limit.limitPrice)
  checkAddStake(context, key, amount, { most, allowPartial: limit.allowPartial })
  if (!owns(db, key.coldkey, hotkey)) becomeDelegate(db, hotkey)
  return stakeInto(context, key, minOf(amount, most), { limitPrice: limit.limitPrice })
}

/** Swaps a coldkey's TAO for a subnet's alpha, and stakes that on a hotkey; on root one TAO stays one TAO. */
export const addStake = defineCall({
  index: 2,
  args: { hotkey: accountId, netuid: netUid, amount_staked: taoBalance },
  refTime: refTime({ time: 664_064_000n, reads: 32, writes: 16 }),
  run: (context, origin, { hotkey, netuid, amount_staked: amount }) => {
    addStakeAtAnyPrice(context, origin, { hotkey, netuid, amount })
  },
})

/** The same, while alpha costs no more than a price: all, or as much as goes. */
export const addStakeLimit = defineCall({
  index: 88,
  args: { hotkey: accountId, netuid: netUid, amount_staked: taoBalance, limit_price: taoBalance, allow_partial: bool },
  refTime: refTime({ time: 853_005_000n, reads: 32, writes: 16 }),
  run: (context, origin, { hotkey, netuid, amount_staked: amount, limit_price: limitPrice, allow_partial: allowPartial }) => {
    addStakeUpTo(context, origin, { hotkey, netuid, amount }, { limitPrice, allowPartial })
  },
})
