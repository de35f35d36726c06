import type { RuntimeContext } from '../../framework/context.js'
import { applyChildren, checkChildren, type Relative } from './children.js'
import { ensure } from './errors.js'
import { subtensorEvents } from './events.js'
import { owns } from './hotkeys.js'
import { passes } from './rate-limits.js'
import { passesCheck, totalStakeOf } from './stake-checks.js'
import { children as childStorage } from './storage/children.js'
import { hyperparameters } from './storage/hyperparameters.js'
import { neurons } from './storage/neurons.js'
import { stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import { subnetExists } from './subnets.js'

/** Blocks between two changes of a hotkey's children on a subnet. */
const CHANGE_INTERVAL = 150n
/** The number of the kind of transaction that such a change is. */
export const SET_CHILDREN = 0

/** Which children a hotkey is to have. */
export interface ChildrenWanted {
  readonly coldkey: string
  readonly hotkey: string
  readonly netuid: number
  readonly children: Relative[]
}

/**
 * Gives a hotkey children: at once while the subnet has not started, otherwise with the first epoch after a wait.
 *
 * Source: subtensor `do_schedule_children`, spec 424.
 */
export function scheduleChildren(context: RuntimeContext, { coldkey, hotkey, netuid, children }: ChildrenWanted): void {
  const { db, block } = context
  const last = stake.TransactionKeyLastBlock.get(db, hotkey, netuid, SET_CHILDREN)
  ensure(passes(CHANGE_INTERVAL, last, block.number), 'TxRateLimitExceeded')
  ensure(netuid !== 0, 'RegistrationNotPermittedOnRootSubnet')
  ensure(subnetExists(db, netuid), 'SubnetNotExists')
  ensure(owns(db, coldkey, hotkey), 'NonAssociatedColdKey')
  ensure(new Set(children.map(([, child]) => child)).size === children.length, 'DuplicateChild')
  checkChildren(db, netuid, hotkey, children)
  const isOwners = subnets.SubnetOwnerHotkey.has(db, netuid) && subnets.SubnetOwnerHotkey.get(db, netuid) === hotkey
  const hasStake = isOwners || children.length === 0 || totalStakeOf(db, hotkey) >= hyperparameters.StakeThreshold.get(db)
  ensure(hasStake, 'NotEnoughStakeToSetChildkeys')
  const now = BigInt(block.number)
  stake.TransactionKeyLastBlock.set(db, hotkey, netuid, SET_CHILDREN, now)
  if (!subnets.SubtokenEnabled.get(db, netuid)) {
    applyChildren(context, netuid, hotkey, children)
    return
  }
  const from = now + childStorage.PendingChildKeyCooldown.get(db)
  childStorage.PendingChildKeys.set(db, netuid, hotkey, [children, from])
  context.emit(subtensorEvents.SetChildrenScheduled([hotkey, netuid, from, children]))
}

/**
 * Makes the owner's hotkey of a new subnet a child of all validators on root that have not declined.
 *
 * Source: subtensor `do_set_root_validators_for_subnet`, spec 424.
 */
export function adoptOwnersHotkey(context: RuntimeContext, netuid: number): void {
  const { db } = context
  const child = subnets.SubnetOwnerHotkey.get(db, netuid)
  for (const [, uid] of neurons.Keys.keys(db, 0)) {
    const hotkey = neurons.Keys.get(db, 0, uid)
    if (hotkey === child || !childStorage.AutoParentDelegationEnabled.get(db, hotkey)) continue
    const coldkey = stake.Owner.get(db, hotkey)
    // A validator whose children cannot be set is passed over.
    passesCheck(() => scheduleChildren(context, { coldkey, hotkey, netuid, children: [[2n ** 64n - 1n, child]] }))
  }
}
