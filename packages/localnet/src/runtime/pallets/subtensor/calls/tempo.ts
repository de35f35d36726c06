import { blocksUntilNextAutoEpoch } from '../../../../consensus/epoch-schedule.js'
import { defineCall } from '../../../framework/call.js'
import { refTime } from '../../../framework/weight.js'
import { netUid, u16, u32 } from '../../../types/primitives.js'
import { ensure } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { ensureOwner, ensureOwnerOrRoot, ensureWindowOpen, ensureWithinLimit, type OwnerChange, recordChange } from '../owner-rights.js'
import { hyperparameters, schedule } from '../storage/hyperparameters.js'
import { scheduleOf } from '../subnet-schedule.js'
import { commitRevealOn } from '../weight-checks.js'

const MIN_TEMPO = 360
const MAX_TEMPO = 50_400
const MIN_ACTIVITY_CUTOFF_FACTOR_MILLI = 1000
const MAX_ACTIVITY_CUTOFF_FACTOR_MILLI = 50_000

/**
 * Sets a subnet's tempo, which begins now. For its owner alone.
 *
 * Source: subtensor `do_set_tempo`, spec 425.
 */
const setTempo = defineCall({
  index: 139,
  args: { netuid: netUid, tempo: u16 },
  refTime: refTime({ time: 46_407_000n, reads: 6, writes: 3 }),
  run: (context, origin, { netuid, tempo }) => {
    const owner = ensureOwner(context, origin, netuid)
    ensure(tempo >= MIN_TEMPO && tempo <= MAX_TEMPO, 'TempoOutOfBounds')
    ensureWindowOpen(context, netuid)
    const change: OwnerChange = { netuid, owner, limit: 'Tempo' }
    ensureWithinLimit(context, change)
    hyperparameters.Tempo.set(context.db, netuid, tempo)
    context.emit(subtensorEvents.TempoSet([netuid, tempo]))
    schedule.LastEpochBlock.set(context.db, netuid, BigInt(context.block.number))
    recordChange(context, change)
  },
})

/**
 * Sets how long a neuron may be silent, in thousandths of a tempo. Window and rate limit are for the owner, not for root.
 *
 * Source: subtensor `do_set_activity_cutoff_factor`, spec 425.
 */
const setActivityCutoffFactor = defineCall({
  index: 140,
  args: { netuid: netUid, factor_milli: u32 },
  refTime: refTime({ time: 39_193_000n, reads: 7, writes: 2 }),
  run: (context, origin, { netuid, factor_milli: factor }) => {
    const owner = ensureOwnerOrRoot(context, origin, netuid)
    const inBounds = factor >= MIN_ACTIVITY_CUTOFF_FACTOR_MILLI && factor <= MAX_ACTIVITY_CUTOFF_FACTOR_MILLI
    ensure(inBounds, 'ActivityCutoffFactorMilliOutOfBounds')
    if (owner !== undefined) {
      ensureWindowOpen(context, netuid)
      const change: OwnerChange = { netuid, owner, limit: 'ActivityCutoffFactorMilli' }
      ensureWithinLimit(context, change)
      recordChange(context, change)
    }
    hyperparameters.ActivityCutoffFactorMilli.set(context.db, netuid, factor)
    context.emit(subtensorEvents.ActivityCutoffFactorMilliSet({ netuid, factor_milli: factor }))
  },
})

/**
 * Has an epoch run once the freeze window that begins now is over. For the owner alone, where commit-reveal is off.
 *
 * Source: subtensor `do_trigger_epoch`, spec 425.
 */
const triggerEpoch = defineCall({
  index: 141,
  args: { netuid: netUid },
  refTime: refTime({ time: 42_539_000n, reads: 8, writes: 2 }),
  run: (context, origin, { netuid }) => {
    const { db, block } = context
    const owner = ensureOwner(context, origin, netuid)
    ensure(!commitRevealOn(db, netuid), 'DynamicTempoBlockedByCommitReveal')
    const times = scheduleOf(db, netuid)
    ensure(times.pendingEpochAt === 0n, 'EpochTriggerAlreadyPending')
    const now = BigInt(block.number)
    const window = BigInt(schedule.AdminFreezeWindow.get(db))
    const left = blocksUntilNextAutoEpoch(times, now)
    ensure(left === undefined || left >= window, 'AutoEpochAlreadyImminent')
    const change: OwnerChange = { netuid, owner, limit: 'TriggerEpoch' }
    ensureWithinLimit(context, change)
    schedule.PendingEpochAt.set(db, netuid, now + window)
    recordChange(context, change)
    context.emit(subtensorEvents.EpochTriggered({ netuid, by: owner, fires_at: now + window }))
  },
})

/** When epochs run, and how long neurons stay active. */
export const tempoCalls = {
  set_tempo: setTempo,
  set_activity_cutoff_factor: setActivityCutoffFactor,
  trigger_epoch: triggerEpoch,
}
