import { minOf } from '../../../../consensus/min-max.js'
import { defineCall } from '../../../framework/call.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { option } from '../../../types/compounds.js'
import { alphaBalance, netUid, taoBalance } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { burnAlpha as burn } from '../../alpha-assets/alpha-assets.js'
import { ensure } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { hotkeyExists } from '../hotkeys.js'
import { recycleSubnetAlpha } from '../recycle-alpha.js'
import { decreaseStake, stakeOf } from '../stake-pool.js'
import { pools } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'
import { subnetExists } from '../subnets.js'
import { addStakeAtAnyPrice, addStakeUpTo } from './add-stake.js'

interface Taking {
  readonly hotkey: string
  readonly netuid: number
  /** In alpha's rao. */
  readonly amount: bigint
}

/** Takes alpha off a coldkey's stake for nobody, at most what there is. */
function takeStake({ db }: RuntimeContext, coldkey: string, { hotkey, netuid, amount }: Taking): bigint {
  ensure(subnetExists(db, netuid), 'SubnetNotExists')
  ensure(netuid !== 0, 'CannotBurnOrRecycleOnRootSubnet')
  ensure(subnets.SubtokenEnabled.get(db, netuid), 'SubtokenDisabled')
  ensure(hotkeyExists(db, hotkey), 'HotKeyAccountNotExists')
  const key = { hotkey, coldkey, netuid }
  const taken = minOf(amount, stakeOf(db, key))
  ensure(pools.SubnetAlphaOut.get(db, netuid) >= taken, 'InsufficientLiquidity')
  decreaseStake(db, key, taken)
  return taken
}

/** Source: subtensor `do_burn_alpha`, spec 424. */
function burnStake(context: RuntimeContext, origin: Origin, taking: Taking): void {
  const coldkey = ensureSigned(origin)
  const taken = takeStake(context, coldkey, taking)
  if (taken > 0n) burn(context.db, taking.netuid, taken)
  context.emit(subtensorEvents.AlphaBurned([coldkey, taking.hotkey, taken, taking.netuid]))
}

/** Takes alpha out of circulation; it counts as issued. */
export const burnAlpha = defineCall({
  index: 102,
  args: { hotkey: accountId, amount: alphaBalance, netuid: netUid },
  refTime: refTime({ time: 168_964_000n, reads: 12, writes: 4 }),
  run: (context, origin, taking) => burnStake(context, origin, taking),
})

/** Takes alpha out of circulation and out of the issuance, so that it can be emitted again. Source: `do_recycle_alpha`, spec 424. */
export const recycleAlpha = defineCall({
  index: 101,
  args: { hotkey: accountId, amount: alphaBalance, netuid: netUid },
  refTime: refTime({ time: 172_139_000n, reads: 13, writes: 6 }),
  run: (context, origin, taking) => {
    const { db } = context
    const { hotkey, netuid } = taking
    const coldkey = ensureSigned(origin)
    const taken = takeStake(context, coldkey, taking)
    recycleSubnetAlpha(db, netuid, taken)
    context.emit(subtensorEvents.AlphaRecycled([coldkey, hotkey, taken, netuid]))
  },
})

/** Buys alpha, if wanted up to a price, and burns it. Source: subtensor `do_add_stake_burn`, spec 424. */
export const addStakeBurn = defineCall({
  index: 132,
  args: { hotkey: accountId, netuid: netUid, amount: taoBalance, limit: option(taoBalance) },
  refTime: refTime({ time: 967_308_000n, reads: 33, writes: 17 }),
  run: (context, origin, { hotkey, netuid, amount, limit }) => {
    const addition = { hotkey, netuid, amount }
    const alpha =
      limit === undefined
        ? addStakeAtAnyPrice(context, origin, addition)
        : addStakeUpTo(context, origin, addition, { limitPrice: limit, allowPartial: false })
    burnStake(context, origin, { hotkey, netuid, amount: alpha })
    context.emit(subtensorEvents.AddStakeBurn({ netuid, hotkey, amount, alpha }))
  },
})
