import { minOf } from '../../../../consensus/min-max.js'
import { defineCall } from '../../../framework/call.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { option } from '../../../types/compounds.js'
import { alphaBalance, bool, netUid, taoBalance } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { ensure } from '../errors.js'
import { checkRemoveStake, checkSellInput, clearSmallNomination, dropPendingChildren, mostToSell } from '../stake-checks.js'
import { stakeOf } from '../stake-pool.js'
import { unstakeFrom } from '../staking.js'
import { subnets } from '../storage/subnets.js'
import type { PriceLimit } from './add-stake.js'

interface Removal {
  readonly hotkey: string
  readonly netuid: number
  /** In alpha's rao, with the fee. */
  readonly amount: bigint
}

/** Unstakes at any price, at most what there is. Source: subtensor `do_remove_stake`, spec 424. */
function removeAtAnyPrice(context: RuntimeContext, origin: Origin, { hotkey, netuid, amount }: Removal): void {
  const { db } = context
  const key = { hotkey, coldkey: ensureSigned(origin), netuid }
  ensure(subnets.SubtokenEnabled.get(db, netuid), 'SubtokenDisabled')
  const alpha = minOf(amount, stakeOf(db, key))
  checkSellInput(db, netuid, alpha)
  checkRemoveStake(db, key, alpha, { most: alpha, allowPartial: false })
  unstakeFrom(context, key, alpha)
  clearSmallNomination(context, key)
  dropPendingChildren(db, hotkey)
}

/** Unstakes down to a price. Source: subtensor `do_remove_stake_limit`, spec 424. */
function removeDownTo(context: RuntimeContext, origin: Origin, { hotkey, netuid, amount }: Removal, limit: PriceLimit): void {
  const { db } = context
  const key = { hotkey, coldkey: ensureSigned(origin), netuid }
  checkSellInput(db, netuid, amount)
  const most = mostToSell(db, netuid, limit.limitPrice)
  checkRemoveStake(db, key, amount, { most, allowPartial: limit.allowPartial })
  unstakeFrom(context, key, minOf(amount, most), { limitPrice: limit.limitPrice })
  clearSmallNomination(context, key)
  dropPendingChildren(db, hotkey)
}

/** Takes a coldkey's alpha off a hotkey and swaps it for TAO. */
export const removeStake = defineCall({
  index: 3,
  args: { hotkey: accountId, netuid: netUid, amount_unstaked: alphaBalance },
  refTime: refTime({ time: 569_198_000n, reads: 28, writes: 13 }),
  run: (context, origin, { hotkey, netuid, amount_unstaked: amount }) => removeAtAnyPrice(context, origin, { hotkey, netuid, amount }),
})

/** The same, while alpha brings no less than a price: all, or as much as goes. */
export const removeStakeLimit = defineCall({
  index: 89,
  args: { hotkey: accountId, netuid: netUid, amount_unstaked: alphaBalance, limit_price: taoBalance, allow_partial: bool },
  refTime: refTime({ time: 740_696_000n, reads: 27, writes: 13 }),
  run: (context, origin, { hotkey, netuid, amount_unstaked: amount, limit_price: limitPrice, allow_partial: allowPartial }) =>
    removeDownTo(context, origin, { hotkey, netuid, amount }, { limitPrice, allowPartial }),
})

/** All that a coldkey has on a hotkey of a subnet, if wanted at no less than a price. */
export const removeStakeFullLimit = defineCall({
  index: 103,
  args: { hotkey: accountId, netuid: netUid, limit_price: option(taoBalance) },
  refTime: refTime({ time: 754_292_000n, reads: 27, writes: 13 }),
  run: (context, origin, { hotkey, netuid, limit_price: limitPrice }) => {
    const amount = stakeOf(context.db, { hotkey, coldkey: ensureSigned(origin), netuid })
    if (limitPrice === undefined) removeAtAnyPrice(context, origin, { hotkey, netuid, amount })
    else removeDownTo(context, origin, { hotkey, netuid, amount }, { limitPrice, allowPartial: false })
  },
})
