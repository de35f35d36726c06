import type { Storage } from '../../../state/storage.js'
import type { RuntimeContext } from '../../framework/context.js'
import { freeBalance } from '../balances/accounts.js'
import { ensure } from './errors.js'
import { subtensorEvents } from './events.js'
import { hotkeyExists } from './hotkeys.js'
import { addRootStaker, moveRootClaimed, removeRootStaker } from './root-claims.js'
import { decreaseStake, increaseStake, stakeOf } from './stake-pool.js'
import { locks } from './storage/locks.js'
import { neurons } from './storage/neurons.js'
import { stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import { isSubnetAccount } from './subnet-account.js'
import { allNetuids } from './subnets.js'
import { transferTao } from './tao.js'

/** A coldkey that takes the place of another. */
export interface ColdkeySwap {
  readonly oldColdkey: string
  readonly newColdkey: string
}

function moveAutoStake(db: Storage, netuid: number, { oldColdkey, newColdkey }: ColdkeySwap): void {
  const hotkey = stake.AutoStakeDestination.get(db, oldColdkey, netuid)
  if (hotkey === undefined) return
  stake.AutoStakeDestination.remove(db, oldColdkey, netuid)
  stake.AutoStakeDestination.set(db, newColdkey, netuid, hotkey)
  const rest = stake.AutoStakeDestinationColdkeys.get(db, hotkey, netuid).filter((known) => known !== oldColdkey && known !== newColdkey)
  stake.AutoStakeDestinationColdkeys.set(db, hotkey, netuid, [...rest, newColdkey])
}

function moveStakes(db: Storage, netuid: number, { oldColdkey, newColdkey }: ColdkeySwap): void {
  for (const hotkey of stake.StakingHotkeys.get(db, oldColdkey)) {
    const [from, to] = [
      { hotkey, coldkey: oldColdkey, netuid },
      { hotkey, coldkey: newColdkey, netuid },
    ]
    const alpha = stakeOf(db, from)
    decreaseStake(db, from, alpha)
    increaseStake(db, to, alpha)
    if (stakeOf(db, to) === 0n) continue
    moveRootClaimed(db, netuid, from, to)
    if (netuid === 0) addRootStaker(db, newColdkey)
  }
  if (netuid === 0) removeRootStaker(db, oldColdkey)
}

function moveHotkeys(db: Storage, { oldColdkey, newColdkey }: ColdkeySwap): void {
  stake.StakingHotkeys.set(db, newColdkey, [
    ...new Set([...stake.StakingHotkeys.get(db, newColdkey), ...stake.StakingHotkeys.get(db, oldColdkey)]),
  ])
  stake.StakingHotkeys.remove(db, oldColdkey)
  const owned = stake.OwnedHotkeys.get(db, oldColdkey)
  for (const hotkey of owned) {
    ensure(!isSubnetAccount(hotkey), 'CannotUseSystemAccount')
    stake.Owner.set(db, hotkey, newColdkey)
  }
  stake.OwnedHotkeys.set(db, newColdkey, [...new Set([...stake.OwnedHotkeys.get(db, newColdkey), ...owned])])
  stake.OwnedHotkeys.remove(db, oldColdkey)
}

/**
 * Gives all that a coldkey has to another: subnets, stake, hotkeys, TAO.
 *
 * Source: subtensor `do_swap_coldkey`, spec 424; nothing is locked.
 */
export function swapColdkeys(context: RuntimeContext, swap: ColdkeySwap): void {
  const { db, block } = context
  const { oldColdkey, newColdkey } = swap
  ensure(stake.StakingHotkeys.get(db, newColdkey).length === 0, 'ColdKeyAlreadyAssociated')
  ensure(!hotkeyExists(db, newColdkey), 'NewColdKeyIsHotkey')
  const identity = neurons.IdentitiesV2.get(db, oldColdkey)
  if (identity !== undefined && neurons.IdentitiesV2.get(db, newColdkey) === undefined) {
    neurons.IdentitiesV2.remove(db, oldColdkey)
    neurons.IdentitiesV2.set(db, newColdkey, identity)
  }
  for (const netuid of allNetuids(db)) {
    if (subnets.SubnetOwner.get(db, netuid) === oldColdkey) subnets.SubnetOwner.set(db, netuid, newColdkey)
    moveAutoStake(db, netuid, swap)
    moveStakes(db, netuid, swap)
  }
  moveHotkeys(db, swap)
  const flags = locks.AccountFlags.get(db, oldColdkey)
  locks.AccountFlags.remove(db, oldColdkey)
  if (flags === 0n) locks.AccountFlags.remove(db, newColdkey)
  else locks.AccountFlags.set(db, newColdkey, flags)
  const left = freeBalance(db, oldColdkey)
  if (left > 0n) transferTao(context, oldColdkey, newColdkey, left)
  stake.LastRateLimitedBlock.set(db, { type: 'LastTxBlock', value: newColdkey }, BigInt(block.number))
  context.emit(subtensorEvents.ColdkeySwapped({ old_coldkey: oldColdkey, new_coldkey: newColdkey }))
}
