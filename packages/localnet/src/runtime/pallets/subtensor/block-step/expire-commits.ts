import { shouldRunEpoch } from '../../../../consensus/epoch-schedule.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { mechanismIndexes } from '../neurons.js'
import { commits } from '../storage/commits.js'
import { schedule } from '../storage/hyperparameters.js'
import { scheduleOf } from '../subnet-schedule.js'
import { allNetuids } from '../subnets.js'
import { isExpired, revealWindow } from '../weight-commits.js'

/** The subnets whose epoch is due, but not in this block: the cap of epochs a block leaves them out. */
function deferredSubnets({ db, block }: RuntimeContext): Set<number> {
  const due = allNetuids(db).filter((netuid) => netuid !== 0 && shouldRunEpoch(scheduleOf(db, netuid), BigInt(block.number)))
  return new Set(due.slice(schedule.MaxEpochsPerBlock.get(db)))
}

/**
 * Drops sealed commits whose epoch of revealing has passed. The chain opens those of this epoch whose pulse it has; no
 * pulse reaches this model, so they wait until they expire.
 *
 * Source: subtensor `reveal_crv3_commits`, spec 425.
 */
export function expireCommits(context: RuntimeContext): void {
  const { db } = context
  const deferred = deferredSubnets(context)
  for (const netuid of allNetuids(db)) {
    if (netuid === 0 || deferred.has(netuid)) continue
    for (const index of mechanismIndexes(db, netuid)) {
      const epochs = commits.TimelockedWeightCommits.keys(db, index)
      if (epochs.length === 0) continue
      const window = revealWindow(context, netuid)
      for (const [, epoch] of epochs) if (isExpired(window, epoch)) commits.TimelockedWeightCommits.remove(db, index, epoch)
    }
  }
}
