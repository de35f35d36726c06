import type { RuntimeContext } from '../../framework/context.js'
import type { Origin } from '../../framework/origin.js'
import { ensure } from './errors.js'
import { subtensorEvents } from './events.js'
import { ensureOwnerOrRoot } from './owner-rights.js'
import { passes, type RateLimitKey } from './rate-limits.js'
import { stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import { isSubnetAccount } from './subnet-account.js'
import { subnetExists } from './subnets.js'

/** Blocks between two changes: about a week. */
const interval = 50_400n

/**
 * Names the hotkey that owns a subnet. The rate limit holds for root too.
 *
 * Source: subtensor `do_set_sn_owner_hotkey`, spec 425.
 */
export function setOwnerHotkey(
  { context, origin, netuid }: { readonly context: RuntimeContext; readonly origin: Origin; readonly netuid: number },
  hotkey: string,
): void {
  const { db, block } = context
  ensureOwnerOrRoot(context, origin, netuid)
  ensure(subnetExists(db, netuid), 'SubnetNotExists')
  const key: RateLimitKey = { type: 'SetSNOwnerHotkey', value: netuid }
  ensure(passes(interval, stake.LastRateLimitedBlock.get(db, key), block.number), 'TxRateLimitExceeded')
  stake.LastRateLimitedBlock.set(db, key, BigInt(block.number))
  ensure(!isSubnetAccount(hotkey), 'CannotUseSystemAccount')
  subnets.SubnetOwnerHotkey.set(db, netuid, hotkey)
  context.emit(subtensorEvents.SubnetOwnerHotkeySet([netuid, hotkey]))
}
