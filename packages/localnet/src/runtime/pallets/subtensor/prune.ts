import type { Storage } from '../../../state/storage.js'
import { ownerUid, registeredHotkeysOf } from './neurons.js'
import { hyperparameters } from './storage/hyperparameters.js'
import { neurons } from './storage/neurons.js'
import { subnets } from './storage/subnets.js'

/** The uids that are never replaced: the owner's hotkey, then the owner's oldest others, up to the limit. */
export function immortalUids(db: Storage, netuid: number): number[] {
  const limit = hyperparameters.ImmuneOwnerUidsLimit.get(db, netuid)
  const oldest = registeredHotkeysOf(db, netuid, subnets.SubnetOwner.get(db, netuid))
    .sort((a, b) => (a.block === b.block ? a.uid - b.uid : a.block < b.block ? -1 : 1))
    .slice(0, limit)
    .map(({ uid }) => uid)
  const owner = ownerUid(db, netuid)
  return owner === undefined || oldest.includes(owner) ? oldest : [owner, ...oldest].slice(0, limit)
}

interface Candidate {
  readonly uid: number
  readonly emission: bigint
  readonly block: bigint
}

/** Lowest emission first, then the longest registered, then the lowest uid. */
const worse = (a: Candidate, b: Candidate): number => {
  if (a.emission !== b.emission) return a.emission < b.emission ? -1 : 1
  if (a.block !== b.block) return a.block < b.block ? -1 : 1
  return a.uid - b.uid
}

/**
 * The uid that a full subnet gives up for a new neuron, or undefined if none can go.
 *
 * Source: subtensor `get_neuron_to_prune`, spec 425.
 */
export function neuronToPrune(db: Storage, netuid: number, block: bigint): number | undefined {
  const immortal = new Set(immortalUids(db, netuid))
  const emissions = neurons.Emission.get(db, netuid)
  const immunityPeriod = BigInt(hyperparameters.ImmunityPeriod.get(db, netuid))
  const candidates = Array.from({ length: subnets.SubnetworkN.get(db, netuid) }, (_, uid): Candidate => {
    return { uid, emission: emissions[uid] ?? 0n, block: neurons.BlockAtRegistration.get(db, netuid, uid) }
  }).filter(({ uid }) => !immortal.has(uid) && neurons.Keys.has(db, netuid, uid))
  const immune = candidates.filter((candidate) => block - candidate.block < immunityPeriod).sort(worse)
  const free = candidates.filter((candidate) => block - candidate.block >= immunityPeriod).sort(worse)
  if (free.length > hyperparameters.MinNonImmuneUids.get(db, netuid)) return free[0]?.uid
  return immune[0]?.uid
}
