import { I64F64 } from '../../../consensus/fixed-point.js'
import { stakeWeight } from '../../../consensus/stake-weight.js'
import type { Storage } from '../../../state/storage.js'
import type { ReadContext } from '../../framework/context.js'
import { ensure } from './errors.js'
import { stakesOf } from './inherited-stake.js'
import { lastUpdateOf, mechanismIndex, ownerUid } from './neurons.js'
import { passes } from './rate-limits.js'
import { hyperparameters } from './storage/hyperparameters.js'
import { neurons } from './storage/neurons.js'
import { subnetExists } from './subnets.js'

/** A mechanism of a subnet; 0 is the first. */
export interface MechanismTarget {
  readonly netuid: number
  readonly mechanism: number
}

/** Whether a subnet asks for commits instead of plain weights. */
export const commitRevealOn = (db: Storage, netuid: number): boolean => hyperparameters.CommitRevealWeightsEnabled.get(db, netuid)

/** Whether there is such a mechanism. */
export const mechanismExists = (db: Storage, { netuid, mechanism }: MechanismTarget): boolean =>
  subnetExists(db, netuid) && mechanism < hyperparameters.MechanismCountCurrent.get(db, netuid)

/** Ends the call unless a hotkey's stake reaches the threshold; the owner's always does. */
export function ensureMinStake(db: Storage, netuid: number, hotkey: string): void {
  const threshold = hyperparameters.StakeThreshold.get(db)
  // Most chains have none, and every weights call asks twice.
  if (threshold === 0n) return
  const uid = neurons.Uids.get(db, netuid, hotkey)
  if (uid !== undefined && uid === ownerUid(db, netuid)) return
  const parts = { ...stakesOf(db, netuid, hotkey), taoWeight: hyperparameters.TaoWeight.get(db) }
  ensure(I64F64.toU64(stakeWeight(parts)) >= threshold, 'NotEnoughStakeToSetWeights')
}

/** Whether a neuron's last weights or commit are long enough ago. False for a mechanism that is not there. */
export const passesWeightsRateLimit = ({ db, block }: ReadContext, target: MechanismTarget, uid: number): boolean =>
  mechanismExists(db, target) &&
  passes(
    hyperparameters.WeightsSetRateLimit.get(db, target.netuid),
    lastUpdateOf(db, mechanismIndex(target.netuid, target.mechanism), uid),
    block.number,
  )
