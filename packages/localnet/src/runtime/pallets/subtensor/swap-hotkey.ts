import type { Storage } from '../../../state/storage.js'
import type { RuntimeContext } from '../../framework/context.js'
import type { StorageItem } from '../../framework/storage-item.js'
import { swapRelations } from './children.js'
import { ensure } from './errors.js'
import { subtensorEvents } from './events.js'
import { mechanismIndexes } from './neurons.js'
import { moveRootClaimable, moveRootClaimed } from './root-claims.js'
import { decreaseStake, increaseStake, rememberStakingHotkey, stakeOf } from './stake-pool.js'
import { children } from './storage/children.js'
import { commits } from './storage/commits.js'
import { neurons } from './storage/neurons.js'
import { rootClaims } from './storage/root-claims.js'
import { stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import { isSubnetAccount } from './subnet-account.js'

/** A hotkey that takes the place of another. */
export interface HotkeySwap {
  readonly oldHotkey: string
  readonly newHotkey: string
  /** Whether stake and dividends stay with the old hotkey. */
  readonly keepStake: boolean
}

type PerHotkey<K, V> = StorageItem<[K, string], V, V | undefined>

/** Moves what is kept for one hotkey to another. */
function moveEntry<K, V>(db: Storage, item: PerHotkey<K, V>, key: K, { oldHotkey, newHotkey }: HotkeySwap): void {
  const entry = item.get(db, key, oldHotkey)
  if (entry === undefined) return
  item.remove(db, key, oldHotkey)
  item.set(db, key, newHotkey, entry)
}

function moveNeuron(db: Storage, netuid: number, swap: HotkeySwap): void {
  const { oldHotkey, newHotkey } = swap
  const uid = neurons.Uids.get(db, netuid, oldHotkey)
  if (uid !== undefined) {
    neurons.Uids.remove(db, netuid, oldHotkey)
    neurons.Uids.set(db, netuid, newHotkey, uid)
    neurons.Keys.set(db, netuid, uid, newHotkey)
  }
  moveEntry(db, neurons.Prometheus, netuid, swap)
  moveEntry(db, neurons.Axons, netuid, swap)
  for (const index of mechanismIndexes(db, netuid)) moveEntry(db, commits.WeightCommits, index, swap)
  moveEntry(db, neurons.NeuronCertificates, netuid, swap)
}

function moveAutoStake(db: Storage, netuid: number, { oldHotkey, newHotkey }: HotkeySwap): void {
  if (!stake.AutoStakeDestinationColdkeys.has(db, oldHotkey, netuid)) return
  const coldkeys = stake.AutoStakeDestinationColdkeys.get(db, oldHotkey, netuid)
  for (const coldkey of coldkeys) stake.AutoStakeDestination.set(db, coldkey, netuid, newHotkey)
  stake.AutoStakeDestinationColdkeys.remove(db, oldHotkey, netuid)
  stake.AutoStakeDestinationColdkeys.set(db, newHotkey, netuid, coldkeys)
}

/** The coldkeys with stake on a hotkey of a subnet, in the order of their keys. */
const stakersOf = (db: Storage, hotkey: string, netuid: number): string[] =>
  stake.AlphaV2.keys(db, hotkey)
    .filter(([, , of]) => of === netuid)
    .map(([, coldkey]) => coldkey)
    .sort()

function moveStakes(db: Storage, netuid: number, { oldHotkey, newHotkey }: HotkeySwap): void {
  const lastEpoch = stake.TotalHotkeyAlphaLastEpoch
  lastEpoch.set(db, newHotkey, netuid, lastEpoch.get(db, oldHotkey, netuid) + lastEpoch.get(db, newHotkey, netuid))
  lastEpoch.remove(db, oldHotkey, netuid)
  const dividends = stake.AlphaDividendsPerSubnet
  dividends.set(db, netuid, newHotkey, dividends.get(db, netuid, oldHotkey) + dividends.get(db, netuid, newHotkey))
  dividends.remove(db, netuid, oldHotkey)
  for (const coldkey of stakersOf(db, oldHotkey, netuid)) {
    const alpha = stakeOf(db, { hotkey: oldHotkey, coldkey, netuid })
    decreaseStake(db, { hotkey: oldHotkey, coldkey, netuid }, alpha)
    increaseStake(db, { hotkey: newHotkey, coldkey, netuid }, alpha)
    if (stake.StakingHotkeys.get(db, coldkey).includes(oldHotkey)) rememberStakingHotkey(db, coldkey, newHotkey)
  }
  if (netuid === 0) moveRoot(db, oldHotkey, newHotkey)
}

/** Moves what stakers on root can claim, and the hotkey's wish not to be a parent. */
function moveRoot(db: Storage, oldHotkey: string, newHotkey: string): void {
  moveRootClaimable(db, oldHotkey, newHotkey)
  for (const [netuid] of stake.RootClaimable.get(db, newHotkey)) {
    for (const [, , coldkey] of rootClaims.RootClaimed.keys(db, netuid, oldHotkey)) {
      moveRootClaimed(db, netuid, { hotkey: oldHotkey, coldkey }, { hotkey: newHotkey, coldkey })
    }
  }
  if (!children.AutoParentDelegationEnabled.has(db, oldHotkey)) return
  children.AutoParentDelegationEnabled.set(db, newHotkey, children.AutoParentDelegationEnabled.get(db, oldHotkey))
  children.AutoParentDelegationEnabled.remove(db, oldHotkey)
}

/**
 * Puts a hotkey in the place of another on a subnet.
 *
 * Source: subtensor `perform_hotkey_swap_on_one_subnet`, spec 424; nothing is locked.
 */
export function swapHotkeyOnSubnet(context: RuntimeContext, netuid: number, swap: HotkeySwap): void {
  const { db } = context
  const { oldHotkey, newHotkey } = swap
  const isMember = neurons.IsNetworkMember.get(db, oldHotkey, netuid)
  neurons.IsNetworkMember.remove(db, oldHotkey, netuid)
  // The chain writes this down where it is false too: the new hotkey then counts as known on the subnet.
  neurons.IsNetworkMember.set(db, newHotkey, netuid, isMember)
  if (isMember) moveNeuron(db, netuid, swap)
  if (children.ChildkeyTake.has(db, oldHotkey, netuid)) {
    children.ChildkeyTake.set(db, newHotkey, netuid, children.ChildkeyTake.get(db, oldHotkey, netuid))
    children.ChildkeyTake.remove(db, oldHotkey, netuid)
  }
  swapRelations(db, netuid, oldHotkey, newHotkey)
  moveAutoStake(db, netuid, swap)
  if (subnets.SubnetOwnerHotkey.has(db, netuid) && subnets.SubnetOwnerHotkey.get(db, netuid) === oldHotkey) {
    ensure(!isSubnetAccount(newHotkey), 'CannotUseSystemAccount')
    subnets.SubnetOwnerHotkey.set(db, netuid, newHotkey)
    context.emit(subtensorEvents.SubnetOwnerHotkeySet([netuid, newHotkey]))
  }
  if (!swap.keepStake) moveStakes(db, netuid, swap)
}
