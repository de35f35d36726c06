import type { Storage } from '../../../state/storage.js'
import { ensure } from './errors.js'
import { mechanismIndex } from './neurons.js'
import { commits } from './storage/commits.js'
import { hyperparameters } from './storage/hyperparameters.js'
import { neurons } from './storage/neurons.js'
import { subnetExists } from './subnets.js'

/** Most uids of a subnet, over all its mechanisms. */
export const MAX_UIDS_OVER_MECHANISMS = 256

/** Forgets what is kept for one mechanism. */
export function clearMechanism(db: Storage, index: number): void {
  neurons.Weights.removeAll(db, index)
  neurons.Incentive.remove(db, index)
  neurons.LastUpdate.remove(db, index)
  neurons.Bonds.removeAll(db, index)
  commits.WeightCommits.removeAll(db, index)
  commits.TimelockedWeightCommits.removeAll(db, index)
}

/**
 * Sets how many mechanisms a subnet has. Those that go are forgotten, and the split with them.
 *
 * Source: subtensor `do_set_mechanism_count`, spec 425.
 */
export function setMechanismCount(db: Storage, netuid: number, count: number): void {
  ensure(subnetExists(db, netuid), 'MechanismDoesNotExist')
  ensure(count > 0 && count <= hyperparameters.MaxMechanismCount.get(db), 'InvalidValue')
  ensure(hyperparameters.MaxAllowedUids.get(db, netuid) * count <= MAX_UIDS_OVER_MECHANISMS, 'TooManyUIDsPerMechanism')
  const before = hyperparameters.MechanismCountCurrent.get(db, netuid)
  if (count === before) return
  for (let mechanism = count; mechanism < before; mechanism++) clearMechanism(db, mechanismIndex(netuid, mechanism))
  hyperparameters.MechanismCountCurrent.set(db, netuid, count)
  hyperparameters.MechanismEmissionSplit.remove(db, netuid)
}

/**
 * Sets how a subnet's alpha is divided among its mechanisms, or undefined for evenly.
 *
 * Source: subtensor `do_set_emission_split`, spec 425.
 */
export function setEmissionSplit(db: Storage, netuid: number, split: readonly number[] | undefined): void {
  ensure(subnetExists(db, netuid), 'MechanismDoesNotExist')
  if (split === undefined) {
    hyperparameters.MechanismEmissionSplit.remove(db, netuid)
    return
  }
  ensure(split.length > 0 && split.length <= hyperparameters.MechanismCountCurrent.get(db, netuid), 'InvalidValue')
  ensure(split.reduce((sum, share) => sum + share, 0) === 0xffff, 'InvalidValue')
  hyperparameters.MechanismEmissionSplit.set(db, netuid, [...split])
}
