import type { Storage } from '../../../state/storage.js'
import { packedOffset } from '../../types/packed-vec.js'
import { hyperparameters } from './storage/hyperparameters.js'
import { neurons } from './storage/neurons.js'
import { stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'

/** Most subnets there can ever be: what keeps the storage indexes of mechanisms apart. */
const MAX_SUBNETS = 4096

/** The storage index of a subnet's mechanism; it ends at 65535, as on the chain, for mechanisms that no subnet can have. */
export const mechanismIndex = (netuid: number, mechanism: number): number =>
  Math.min(Math.min(mechanism * MAX_SUBNETS, 0xffff) + netuid, 0xffff)

/** The storage indexes of all mechanisms of a subnet. */
export const mechanismIndexes = (db: Storage, netuid: number): number[] =>
  Array.from({ length: hyperparameters.MechanismCountCurrent.get(db, netuid) }, (_, mechanism) => mechanismIndex(netuid, mechanism))

/** The uid of the owner's hotkey, if it is registered. */
export const ownerUid = (db: Storage, netuid: number): number | undefined => {
  const hotkey = subnets.SubnetOwnerHotkey.has(db, netuid) ? subnets.SubnetOwnerHotkey.get(db, netuid) : undefined
  return hotkey === undefined ? undefined : neurons.Uids.get(db, netuid, hotkey)
}

/** Copies a list with one item replaced; a list that is too short stays as it is. */
export const withItem = <T>(items: readonly T[], at: number, item: T): T[] => items.map((old, index) => (index === at ? item : old))

/**
 * Block of a neuron's last weights or commit for a mechanism, 0 if there is none.
 *
 * Read and written in place: every weights call comes here several times, and the list has an entry for each neuron.
 */
export function lastUpdateOf(db: Storage, index: number, uid: number): bigint {
  const raw = db.get(neurons.LastUpdate.key(index))
  const at = raw && packedOffset(raw, { width: 8, at: uid })
  return raw && at !== undefined ? new DataView(raw.buffer, raw.byteOffset).getBigUint64(at, true) : 0n
}

/** Sets a neuron's last update, for each mechanism's own list; what a list is short of counts as never updated. */
export function setLastUpdate(db: Storage, index: number, uid: number, block: bigint): void {
  const key = neurons.LastUpdate.key(index)
  const raw = db.get(key)
  const at = raw && packedOffset(raw, { width: 8, at: uid })
  if (raw && at !== undefined) {
    const changed = Uint8Array.from(raw)
    new DataView(changed.buffer).setBigUint64(at, block, true)
    db.set(key, changed)
    return
  }
  // A mechanism that is new has no list until its first weights.
  const count = subnets.SubnetworkN.get(db, index % MAX_SUBNETS)
  if (uid >= count) return
  const updates = neurons.LastUpdate.get(db, index)
  const padded = Array.from({ length: count }, (_, other) => updates[other] ?? 0n)
  neurons.LastUpdate.set(db, index, withItem(padded, uid, block))
}

/** Whether a neuron may set weights for others. */
export function hasPermit(db: Storage, netuid: number, uid: number): boolean {
  const raw = db.get(neurons.ValidatorPermit.key(netuid))
  const at = raw && packedOffset(raw, { width: 1, at: uid })
  return at !== undefined && raw?.[at] === 1
}

/** Gives a hotkey the next uid of a subnet. */
export function appendNeuron(db: Storage, netuid: number, hotkey: string, block: bigint): number {
  const uid = subnets.SubnetworkN.get(db, netuid)
  subnets.SubnetworkN.set(db, netuid, uid + 1)
  neurons.Active.set(db, netuid, [...neurons.Active.get(db, netuid), true])
  neurons.Emission.set(db, netuid, [...neurons.Emission.get(db, netuid), 0n])
  neurons.Consensus.set(db, netuid, [...neurons.Consensus.get(db, netuid), 0])
  for (const index of mechanismIndexes(db, netuid)) {
    neurons.Incentive.set(db, index, [...neurons.Incentive.get(db, index), 0])
    // Where the list is short, what lies between reads as never updated.
    const updates = neurons.LastUpdate.get(db, index)
    neurons.LastUpdate.set(db, index, [...updates, ...Array<bigint>(Math.max(0, uid - updates.length)).fill(0n), block])
  }
  neurons.Dividends.set(db, netuid, [...neurons.Dividends.get(db, netuid), 0])
  neurons.ValidatorTrust.set(db, netuid, [...neurons.ValidatorTrust.get(db, netuid), 0])
  neurons.ValidatorPermit.set(db, netuid, [...neurons.ValidatorPermit.get(db, netuid), false])
  enter(db, { netuid, uid, hotkey, block })
  return uid
}

interface Entry {
  readonly netuid: number
  readonly uid: number
  readonly hotkey: string
  readonly block: bigint
}

function enter(db: Storage, { netuid, uid, hotkey, block }: Entry): void {
  neurons.Keys.set(db, netuid, uid, hotkey)
  neurons.Uids.set(db, netuid, hotkey, uid)
  neurons.BlockAtRegistration.set(db, netuid, uid, block)
  neurons.IsNetworkMember.set(db, hotkey, netuid, true)
}

/** Gives a uid to another hotkey: what the old one was, served and earned is forgotten. */
export function replaceNeuron(db: Storage, entry: Entry): void {
  const { netuid, uid, block } = entry
  const old = neurons.Keys.get(db, netuid, uid)
  if (subnets.SubnetOwnerHotkey.has(db, netuid) && subnets.SubnetOwnerHotkey.get(db, netuid) === old) return
  neurons.Uids.remove(db, netuid, old)
  neurons.IsNetworkMember.remove(db, old, netuid)
  neurons.Active.set(db, netuid, withItem(neurons.Active.get(db, netuid), uid, true))
  enter(db, entry)
  neurons.Axons.remove(db, netuid, old)
  neurons.NeuronCertificates.remove(db, netuid, old)
  neurons.Prometheus.remove(db, netuid, old)
  clearNeuron(db, netuid, uid)
  for (const index of mechanismIndexes(db, netuid)) setLastUpdate(db, index, uid, block)
}

function clearNeuron(db: Storage, netuid: number, uid: number): void {
  neurons.Emission.set(db, netuid, withItem(neurons.Emission.get(db, netuid), uid, 0n))
  neurons.Consensus.set(db, netuid, withItem(neurons.Consensus.get(db, netuid), uid, 0))
  for (const index of mechanismIndexes(db, netuid)) {
    neurons.Incentive.set(db, index, withItem(neurons.Incentive.get(db, index), uid, 0))
    neurons.Bonds.remove(db, index, uid)
    neurons.Weights.remove(db, index, uid)
    for (const [, other] of neurons.Weights.keys(db, index)) {
      const row = neurons.Weights.get(db, index, other)
      if (row.some(([target]) => target === uid)) {
        neurons.Weights.set(
          db,
          index,
          other,
          row.map(([target, weight]): [number, number] => [target, target === uid ? 0 : weight]),
        )
      }
    }
  }
  neurons.Dividends.set(db, netuid, withItem(neurons.Dividends.get(db, netuid), uid, 0))
  neurons.StakeWeight.set(db, netuid, withItem(neurons.StakeWeight.get(db, netuid), uid, 0))
  neurons.ValidatorTrust.set(db, netuid, withItem(neurons.ValidatorTrust.get(db, netuid), uid, 0))
  neurons.ValidatorPermit.set(db, netuid, withItem(neurons.ValidatorPermit.get(db, netuid), uid, false))
}

/** The registered hotkeys that a coldkey owns, with uid and block of registration. */
export const registeredHotkeysOf = (db: Storage, netuid: number, coldkey: string): { hotkey: string; uid: number; block: bigint }[] =>
  stake.OwnedHotkeys.get(db, coldkey).flatMap((hotkey) => {
    const uid = neurons.Uids.get(db, netuid, hotkey)
    return uid === undefined ? [] : [{ hotkey, uid, block: neurons.BlockAtRegistration.get(db, netuid, uid) }]
  })
