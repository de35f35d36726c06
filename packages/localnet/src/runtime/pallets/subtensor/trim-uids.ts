import type { Storage } from '../../../state/storage.js'
import type { RuntimeContext } from '../../framework/context.js'
import type { StorageItem } from '../../framework/storage-item.js'
import { ensure } from './errors.js'
import { mechanismIndexes } from './neurons.js'
import { immortalUids } from './prune.js'
import { hyperparameters } from './storage/hyperparameters.js'
import { keySwaps } from './storage/key-swaps.js'
import { legacy } from './storage/legacy.js'
import { neurons } from './storage/neurons.js'
import { stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import { subnetExists } from './subnets.js'

/** Part of the uids, in hundredths, that must stay below which immune ones may make up what is left. */
const MAX_IMMUNE_PERCENT = 80

/** The uids that go: those that earn least, the highest first among equals, but none that is immune. */
function chooseRemoved({ db, block }: RuntimeContext, netuid: number, most: number): Set<number> {
  const count = subnets.SubnetworkN.get(db, netuid)
  const immortal = new Set(immortalUids(db, netuid))
  const period = BigInt(hyperparameters.ImmunityPeriod.get(db, netuid))
  const uids = Array.from({ length: count }, (_, uid) => uid)
  const immune = new Set(
    uids.filter((uid) => immortal.has(uid) || BigInt(block.number) - neurons.BlockAtRegistration.get(db, netuid, uid) < period),
  )
  ensure(Math.floor((immune.size * 100) / most) < MAX_IMMUNE_PERCENT, 'TrimmingWouldExceedMaxImmunePercentage')
  const emissions = neurons.Emission.get(db, netuid)
  const byEmission = uids
    .filter((uid) => !immune.has(uid))
    .sort((a, b) => {
      const [left, right] = [emissions[a] ?? 0n, emissions[b] ?? 0n]
      return left === right ? b - a : left < right ? -1 : 1
    })
  return new Set(byEmission.slice(0, count - most))
}

function forget(db: Storage, netuid: number, uid: number): void {
  const hotkey = neurons.Keys.get(db, netuid, uid)
  neurons.IsNetworkMember.remove(db, hotkey, netuid)
  legacy.LastHotkeyEmissionOnNetuid.remove(db, hotkey, netuid)
  stake.AlphaDividendsPerSubnet.remove(db, netuid, hotkey)
  neurons.Axons.remove(db, netuid, hotkey)
  neurons.NeuronCertificates.remove(db, netuid, hotkey)
  neurons.Prometheus.remove(db, netuid, hotkey)
}

/** Moves the entries of a map by uid to the new uids; what is left behind goes. */
function moveEntries<V, R>(db: Storage, item: StorageItem<[number, number], V, R>, first: number, kept: readonly number[]): void {
  const values = kept.map((uid) => (item.has(db, first, uid) ? (item.get(db, first, uid) as unknown as V) : undefined)) // a value that is there is a V
  item.removeAll(db, first)
  values.forEach((value, uid) => {
    if (value !== undefined) item.set(db, first, uid, value)
  })
}

/** Keeps the items of a list at some places. */
const pick = <T>(db: Storage, item: StorageItem<[number], T[], T[]>, key: number, kept: readonly number[], zero: T): void => {
  const list = item.get(db, key)
  item.set(
    db,
    key,
    kept.map((uid) => list[uid] ?? zero),
  )
}

function renumber(db: Storage, netuid: number, kept: readonly number[]): void {
  const numbers = new Map(kept.map((old, uid) => [old, uid]))
  pick(db, neurons.Emission, netuid, kept, 0n)
  pick(db, neurons.Active, netuid, kept, false)
  pick(db, neurons.ValidatorPermit, netuid, kept, false)
  for (const item of [neurons.Consensus, neurons.Dividends, neurons.ValidatorTrust, neurons.StakeWeight]) pick(db, item, netuid, kept, 0)
  moveEntries(db, neurons.Keys, netuid, kept)
  moveEntries(db, neurons.BlockAtRegistration, netuid, kept)
  moveEntries(db, keySwaps.AssociatedEvmAddress, netuid, kept)
  for (const index of mechanismIndexes(db, netuid)) {
    pick(db, neurons.Incentive, index, kept, 0)
    pick(db, neurons.LastUpdate, index, kept, 0n)
    for (const item of [neurons.Weights, neurons.Bonds]) {
      moveEntries(db, item, index, kept)
      for (const [, uid] of item.keys(db, index)) {
        const row = item.get(db, index, uid).flatMap(([target, value]): [number, number][] => {
          const moved = numbers.get(target)
          return moved === undefined ? [] : [[moved, value]]
        })
        item.set(db, index, uid, row)
      }
    }
  }
  neurons.Uids.removeAll(db, netuid)
  for (const uid of kept.keys()) neurons.Uids.set(db, netuid, neurons.Keys.get(db, netuid, uid), uid)
}

/**
 * Shrinks a subnet: those that earn least lose their uids, and the rest move together.
 *
 * Source: subtensor `trim_to_max_allowed_uids`, spec 425.
 */
export function trimUids(context: RuntimeContext, netuid: number, most: number): void {
  const { db } = context
  ensure(subnetExists(db, netuid), 'SubnetNotExists')
  ensure(most >= hyperparameters.MinAllowedUids.get(db, netuid), 'InvalidValue')
  ensure(most <= hyperparameters.MaxAllowedUids.get(db, netuid), 'InvalidValue')
  hyperparameters.MaxAllowedUids.set(db, netuid, most)
  const count = subnets.SubnetworkN.get(db, netuid)
  if (count <= most) return
  const removed = chooseRemoved(context, netuid, most)
  for (const uid of removed) forget(db, netuid, uid)
  const kept = Array.from({ length: count }, (_, uid) => uid).filter((uid) => !removed.has(uid))
  renumber(db, netuid, kept)
  subnets.SubnetworkN.set(db, netuid, most)
}
