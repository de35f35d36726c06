import { TensorKitError } from '@tensorkit/core'
import type { EpochDistribution } from '../../../../coinbase/distribute-epoch.js'
import type { Storage } from '../../../../state/storage.js'
import { burnAlpha, recycleAlpha } from '../../alpha-assets/alpha-assets.js'
import { hotkeyAlpha, increaseStake, increaseStakeOfAll } from '../stake-pool.js'
import { neurons } from '../storage/neurons.js'
import { pools, stake } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'

/**
 * Gives out an epoch's alpha as stake: the owner's cut, miners' incentive, validators' takes and dividends. What the
 * owner's own hotkeys would earn as miners is burned or recycled.
 *
 * Source: subtensor `distribute_dividends_and_incentives`, spec 425.
 */
export function payOut(db: Storage, netuid: number, distribution: EpochDistribution): void {
  if (subnets.SubnetOwner.has(db, netuid) && subnets.SubnetOwnerHotkey.has(db, netuid)) {
    const owner = { hotkey: subnets.SubnetOwnerHotkey.get(db, netuid), coldkey: subnets.SubnetOwner.get(db, netuid), netuid }
    increaseStake(db, owner, distribution.ownerCut)
  }
  withhold(db, netuid, distribution.withheld)
  pools.MinerBurned.set(db, netuid, { bits: distribution.minerBurned })
  stake.AlphaDividendsPerSubnet.removeAll(db, netuid)
  stake.RootAlphaDividendsPerSubnet.removeAll(db, netuid)
  distribution.neurons.forEach((paid, uid) => {
    if (paid.rootDividends > 0n)
      throw new TensorKitError('LOCALNET_NOT_MODELLED', 'Dividends of stake on root are not modelled', { facts: { netuid, uid } })
    const hotkey = neurons.Keys.get(db, netuid, uid)
    const key = { hotkey, coldkey: stake.Owner.get(db, hotkey), netuid }
    increaseStake(db, key, paid.incentive)
    increaseStake(db, key, paid.alphaTake)
    increaseStakeOfAll(db, hotkey, netuid, paid.alphaDividends)
    stake.AlphaDividendsPerSubnet.set(db, netuid, hotkey, paid.alphaDividends)
    stake.TotalHotkeyAlphaLastEpoch.set(db, hotkey, netuid, hotkeyAlpha(db, hotkey, netuid))
    stake.RootAlphaDividendsPerSubnet.set(db, netuid, hotkey, 0n)
  })
}

function withhold(db: Storage, netuid: number, amount: bigint): void {
  if (amount === 0n) return
  if (subnets.RecycleOrBurn.get(db, netuid).type === 'Burn') {
    burnAlpha(db, netuid, amount)
    return
  }
  pools.SubnetAlphaOut.set(db, netuid, pools.SubnetAlphaOut.get(db, netuid) - amount)
  recycleAlpha(db, netuid, amount)
}
