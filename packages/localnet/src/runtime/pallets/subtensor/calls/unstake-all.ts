import { defineCall } from '../../../framework/call.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { accountId } from '../../../types/well-known.js'
import { ensure } from '../errors.js'
import { hotkeyExists } from '../hotkeys.js'
import { checkRemoveStake, clearSmallNomination, passesCheck } from '../stake-checks.js'
import { stakeOf } from '../stake-pool.js'
import { stakeInto, unstakeFrom } from '../staking.js'
import { subnets } from '../storage/subnets.js'
import { allNetuids } from '../subnets.js'

/** Unstakes from a hotkey wherever that goes. Returns the TAO, in rao. */
function unstakeEverywhere(context: RuntimeContext, origin: Origin, hotkey: string, isWanted: (netuid: number) => boolean): bigint {
  const { db } = context
  const coldkey = ensureSigned(origin)
  ensure(hotkeyExists(db, hotkey), 'HotKeyAccountNotExists')
  let total = 0n
  for (const netuid of allNetuids(db)) {
    if (!subnets.SubtokenEnabled.get(db, netuid) || !isWanted(netuid)) continue
    const key = { hotkey, coldkey, netuid }
    const alpha = stakeOf(db, key)
    if (!passesCheck(() => checkRemoveStake(db, key, alpha, { most: alpha, allowPartial: false }))) continue
    total += unstakeFrom(context, key, alpha)
    clearSmallNomination(context, key)
  }
  return total
}

/** Takes all that a coldkey has on a hotkey, on every subnet and on root. Source: subtensor `do_unstake_all`, spec 424. */
export const unstakeAll = defineCall({
  index: 83,
  args: { hotkey: accountId },
  refTime: refTime({ time: 26_830_000n, reads: 6, writes: 0 }),
  run: (context, origin, { hotkey }) => {
    unstakeEverywhere(context, origin, hotkey, () => true)
  },
})

/**
 * Takes all that a coldkey has on a hotkey on every subnet, and stakes the TAO on root.
 *
 * Source: subtensor `do_unstake_all_alpha`, spec 424.
 */
export const unstakeAllAlpha = defineCall({
  index: 84,
  args: { hotkey: accountId },
  refTime: refTime({ time: 700_873_000n, reads: 43, writes: 25 }),
  run: (context, origin, { hotkey }) => {
    const tao = unstakeEverywhere(context, origin, hotkey, (netuid) => netuid !== 0)
    stakeInto(context, { hotkey, coldkey: ensureSigned(origin), netuid: 0 }, tao)
  },
})
