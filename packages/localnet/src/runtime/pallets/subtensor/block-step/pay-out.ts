import type { EpochDistribution } from '../../../../coinbase/distribute-epoch.js'
import type { Storage } from '../../../../state/storage.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { burnAlpha } from '../../alpha-assets/alpha-assets.js'
import { subtensorEvents } from '../events.js'
import { recycleSubnetAlpha } from '../recycle-alpha.js'
import { increaseRootClaimable } from '../root-claims.js'
import { hotkeyAlpha, increaseStake, increaseStakeOfAll } from '../stake-pool.js'
import { pools, stake } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'

/** Whom an epoch's alpha goes to: hotkeys in the order of the distribution. */
export interface Payees {
  /** By uid. */
  readonly miners: readonly string[]
  /** In the order of their keys. */
  readonly earners: readonly string[]
}

/**
 * Gives out an epoch's alpha as stake: the owner's cut, miners' incentive, validators' takes and dividends; root's part is
 * for its stakers to claim. What the owner's own hotkeys would earn as miners is burned or recycled.
 *
 * Source: subtensor `distribute_dividends_and_incentives`, spec 424; nothing is locked or leased.
 */
export function payOut(context: RuntimeContext, netuid: number, distribution: EpochDistribution, { miners, earners }: Payees): void {
  const { db } = context
  if (subnets.SubnetOwner.has(db, netuid) && subnets.SubnetOwnerHotkey.has(db, netuid)) {
    const owner = { hotkey: subnets.SubnetOwnerHotkey.get(db, netuid), coldkey: subnets.SubnetOwner.get(db, netuid), netuid }
    increaseStake(db, owner, distribution.ownerCut)
  }
  withhold(db, netuid, distribution.withheld)
  payMiners(context, netuid, distribution.incentives, miners)
  pools.MinerBurned.set(db, netuid, { bits: distribution.minerBurned })
  stake.AlphaDividendsPerSubnet.removeAll(db, netuid)
  distribution.dividends.forEach((paid, i) => {
    const hotkey = earners[i] as string // one for each
    increaseStake(db, { hotkey, coldkey: stake.Owner.get(db, hotkey), netuid }, paid.alphaTake)
    increaseStakeOfAll(db, hotkey, netuid, paid.alphaDividends)
    stake.AlphaDividendsPerSubnet.set(db, netuid, hotkey, paid.alphaDividends)
    stake.TotalHotkeyAlphaLastEpoch.set(db, hotkey, netuid, hotkeyAlpha(db, hotkey, netuid))
  })
  stake.RootAlphaDividendsPerSubnet.removeAll(db, netuid)
  distribution.dividends.forEach((paid, i) => {
    const hotkey = earners[i] as string // one for each
    increaseStake(db, { hotkey, coldkey: stake.Owner.get(db, hotkey), netuid }, paid.rootTake)
    increaseRootClaimable(db, hotkey, netuid, paid.rootDividends)
    stake.RootAlphaDividendsPerSubnet.set(db, netuid, hotkey, paid.rootDividends)
  })
}

/** Stakes miners' incentive on their hotkeys, or where their coldkeys want it. */
function payMiners(context: RuntimeContext, netuid: number, incentives: readonly bigint[], miners: readonly string[]): void {
  const { db } = context
  const owners = ownersHotkeys(db, netuid, miners)
  const byKey = miners.map((hotkey, uid) => ({ hotkey, incentive: incentives[uid] ?? 0n })).sort((a, b) => (a.hotkey < b.hotkey ? -1 : 1))
  for (const { hotkey, incentive } of byKey) {
    if (owners.has(hotkey)) continue
    const owner = stake.Owner.get(db, hotkey)
    const destination = stake.AutoStakeDestination.get(db, owner, netuid)
    if (destination !== undefined) context.emit(subtensorEvents.AutoStakeAdded({ netuid, destination, hotkey, owner, incentive }))
    increaseStake(db, { hotkey: destination ?? hotkey, coldkey: owner, netuid }, incentive)
  }
}

/** The hotkeys of a subnet whose incentive is withheld: the owner's, and others of the owner's coldkey. */
export function ownersHotkeys(db: Storage, netuid: number, miners: readonly string[]): Set<string> {
  const owned = new Set(stake.OwnedHotkeys.get(db, subnets.SubnetOwner.get(db, netuid)))
  if (subnets.SubnetOwnerHotkey.has(db, netuid)) owned.add(subnets.SubnetOwnerHotkey.get(db, netuid))
  return new Set(miners.filter((hotkey) => owned.has(hotkey)))
}

function withhold(db: Storage, netuid: number, amount: bigint): void {
  if (amount === 0n) return
  if (subnets.RecycleOrBurn.get(db, netuid).type === 'Burn') burnAlpha(db, netuid, amount)
  else recycleSubnetAlpha(db, netuid, amount)
}
