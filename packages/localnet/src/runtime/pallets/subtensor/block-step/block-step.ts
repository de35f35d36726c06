import { nextMovingPrice } from '../../../../coinbase/moving-price.js'
import { burnDecayFactor, decayBurn } from '../../../../coinbase/registration-burn.js'
import { shouldRunEpoch } from '../../../../consensus/epoch-schedule.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { burnBounds } from '../calls/register.js'
import { applyPendingChildren } from '../children.js'
import { claimForPicked } from '../claim-root.js'
import { alphaPrice } from '../pool.js'
import { hyperparameters, schedule } from '../storage/hyperparameters.js'
import { pools } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'
import { scheduleOf } from '../subnet-schedule.js'
import { allNetuids } from '../subnets.js'
import { emitToSubnets, emittingSubnets, mintTao, rootShare } from './emission.js'
import { runEpochs } from './epochs.js'
import { expireCommits } from './expire-commits.js'

function decayBurns(context: RuntimeContext): void {
  const { db, block } = context
  for (const netuid of allNetuids(db)) {
    const burn = subnets.Burn.get(db, netuid)
    const decayFactor = burnDecayFactor(subnets.BurnHalfLife.get(db, netuid))
    const decayed = decayBurn({ burn, decayFactor, block: BigInt(block.number), bounds: burnBounds(context, netuid) })
    if (decayed !== burn) subnets.Burn.set(db, netuid, decayed)
    subnets.RegistrationsThisBlock.set(db, netuid, 0)
  }
  // Root's schedule never advances: from its first tempo on this is every block.
  if (shouldRunEpoch(scheduleOf(db, 0), BigInt(block.number))) subnets.RegistrationsThisInterval.set(db, 0, 0)
}

function updatePrices({ db, block }: RuntimeContext): void {
  for (const netuid of emittingSubnets(db)) {
    const start = (subnets.FirstEmissionBlockNumber.get(db, netuid) ?? 1n) - 1n
    const bits = nextMovingPrice({
      movingPrice: pools.SubnetMovingPrice.get(db, netuid).bits,
      price: alphaPrice(db, netuid),
      movingAlpha: pools.SubnetMovingAlpha.get(db).bits,
      halvingBlocks: hyperparameters.EMAPriceHalvingBlocks.get(db, netuid),
      blocksSinceStart: BigInt(block.number) - start,
    })
    pools.SubnetMovingPrice.set(db, netuid, { bits })
    pools.RootProp.set(db, netuid, { bits: rootShare(db, netuid) })
  }
}

/** Gives out children that wait, on the subnets whose epoch was due in this block. */
function takeInChildren(context: RuntimeContext): void {
  const { db, block } = context
  const now = BigInt(block.number)
  for (const netuid of allNetuids(db)) {
    if (schedule.LastEpochBlock.get(db, netuid) === now) applyPendingChildren(context, netuid)
  }
}

/**
 * What happens at the start of every block: burns decay, sealed commits expire, TAO and alpha are made and given out, due epochs run, moving
 * prices follow, children that have waited are given out, and some of root's stakers get their claims.
 *
 * Source: subtensor `block_step`, spec 425.
 */
export function blockStep(context: RuntimeContext): void {
  decayBurns(context)
  expireCommits(context)
  emitToSubnets(context, mintTao(context))
  runEpochs(context)
  updatePrices(context)
  takeInChildren(context)
  claimForPicked(context)
}
