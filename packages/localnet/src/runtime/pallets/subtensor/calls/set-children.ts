import { defineCall } from '../../../framework/call.js'
import { ensureRoot, ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { tuple, vec } from '../../../types/compounds.js'
import { bool, netUid, u16, u64 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { childTakeOf, leastChildTake } from '../children.js'
import { ensure } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { owns } from '../hotkeys.js'
import { passes } from '../rate-limits.js'
import { scheduleChildren } from '../schedule-children.js'
import { children as childStorage } from '../storage/children.js'
import { limits } from '../storage/limits.js'
import { neurons } from '../storage/neurons.js'
import { stake } from '../storage/stake.js'

/** The number of the kind of transaction that a change of a child's take is. */
const SET_CHILDKEY_TAKE = 1

/** Lends a hotkey's stake on a subnet to others, in proportions of 2^64 − 1. */
export const setChildren = defineCall({
  index: 67,
  args: { hotkey: accountId, netuid: netUid, children: vec(tuple(u64, accountId)) },
  refTime: refTime({ time: 119_000_000n, reads: 6, writes: 31 }),
  run: (context, origin, wanted) => scheduleChildren(context, { coldkey: ensureSigned(origin), ...wanted }),
})

/**
 * Sets what a hotkey takes of the dividends that it earns with its parents' stake. Raising it has to wait.
 *
 * Source: subtensor `do_set_childkey_take`, spec 424.
 */
export const setChildkeyTake = defineCall({
  index: 75,
  args: { hotkey: accountId, netuid: netUid, take: u16 },
  refTime: refTime({ time: 53_870_000n, reads: 7, writes: 2 }),
  run: (context, origin, { hotkey, netuid, take }) => {
    const { db, block } = context
    ensure(owns(db, ensureSigned(origin), hotkey), 'NonAssociatedColdKey')
    ensure(take >= leastChildTake(db, netuid) && take <= childStorage.MaxChildkeyTake.get(db), 'InvalidChildkeyTake')
    if (take > childTakeOf(db, hotkey, netuid)) {
      const last = stake.TransactionKeyLastBlock.get(db, hotkey, netuid, SET_CHILDKEY_TAKE)
      ensure(passes(limits.TxChildkeyTakeRateLimit.get(db), last, block.number), 'TxChildkeyTakeRateLimitExceeded')
    }
    stake.TransactionKeyLastBlock.set(db, hotkey, netuid, SET_CHILDKEY_TAKE, BigInt(block.number))
    childStorage.ChildkeyTake.set(db, hotkey, netuid, take)
    context.emit(subtensorEvents.ChildKeyTakeSet([hotkey, take]))
  },
})

/** Whether a validator on root lends its stake to the owners of new subnets. */
export const setAutoParentDelegationEnabled = defineCall({
  index: 135,
  args: { hotkey: accountId, enabled: bool },
  refTime: refTime({ time: 28_023_000n, reads: 2, writes: 1 }),
  run: (context, origin, { hotkey, enabled }) => {
    const { db } = context
    ensure(owns(db, ensureSigned(origin), hotkey), 'NonAssociatedColdKey')
    ensure(neurons.Uids.has(db, 0, hotkey), 'HotKeyNotRegisteredInSubNet')
    childStorage.AutoParentDelegationEnabled.set(db, hotkey, enabled)
    context.emit(subtensorEvents.AutoParentDelegationEnabledSet({ hotkey, enabled }))
  },
})

/** How long new children wait, in blocks. */
export const setPendingChildkeyCooldown = defineCall({
  index: 109,
  args: { cooldown: u64 },
  refTime: refTime({ time: 3_000_000n, writes: 1 }),
  run: ({ db }, origin, { cooldown }) => {
    ensureRoot(origin)
    childStorage.PendingChildKeyCooldown.set(db, cooldown)
  },
})

/** How long a child's take cannot be raised again, in blocks. */
export const sudoSetTxChildkeyTakeRateLimit = defineCall({
  index: 69,
  args: { tx_rate_limit: u64 },
  refTime: refTime({ time: 5_760_000n, writes: 1 }),
  run: (context, origin, { tx_rate_limit: limit }) => {
    ensureRoot(origin)
    limits.TxChildkeyTakeRateLimit.set(context.db, limit)
    context.emit(subtensorEvents.TxChildKeyTakeRateLimitSet(limit))
  },
})

/** The least take of a child on all subnets. */
export const sudoSetMinChildkeyTake = defineCall({
  index: 76,
  args: { take: u16 },
  refTime: refTime({ time: 6000n, reads: 1, writes: 1 }),
  run: (context, origin, { take }) => {
    ensureRoot(origin)
    childStorage.MinChildkeyTake.set(context.db, take)
    context.emit(subtensorEvents.MinChildKeyTakeSet(take))
  },
})

/** The largest take of a child on all subnets. */
export const sudoSetMaxChildkeyTake = defineCall({
  index: 77,
  args: { take: u16 },
  refTime: refTime({ time: 6000n, reads: 1, writes: 1 }),
  run: (context, origin, { take }) => {
    ensureRoot(origin)
    childStorage.MaxChildkeyTake.set(context.db, take)
    context.emit(subtensorEvents.MaxChildKeyTakeSet(take))
  },
})
