import { vecU16MaxUpscaleToU16 } from '../../../consensus/math/upscale-u16.js'
import type { Storage } from '../../../state/storage.js'
import type { RuntimeContext } from '../../framework/context.js'
import { ensure, failWith } from './errors.js'
import { subtensorEvents } from './events.js'
import { hasPermit, mechanismIndex, ownerUid, setLastUpdate } from './neurons.js'
import { hyperparameters } from './storage/hyperparameters.js'
import { neurons } from './storage/neurons.js'
import { subnets } from './storage/subnets.js'
import { commitRevealOn, ensureMinStake, type MechanismTarget, mechanismExists, passesWeightsRateLimit } from './weight-checks.js'

/** Weights as a validator gives them. */
export interface WeightsInput extends MechanismTarget {
  readonly dests: readonly number[]
  readonly weights: readonly number[]
  readonly versionKey: bigint
}

function checkVector(db: Storage, uid: number, { netuid, dests, weights }: WeightsInput): void {
  // A neuron may always give all its weight to itself.
  const selfWeight = weights.length === 1 && dests[0] === uid
  const permitted = selfWeight || ownerUid(db, netuid) === uid || hasPermit(db, netuid, uid)
  ensure(permitted, 'NeuronNoValidatorPermit')
  ensure(new Set(dests).size === dests.length, 'DuplicateUids')
  const count = subnets.SubnetworkN.get(db, netuid)
  ensure(
    dests.every((target) => target < count),
    'UidVecContainInvalidOne',
  )
  ensure(selfWeight || weights.length >= Math.min(count, hyperparameters.MinAllowedWeights.get(db, netuid)), 'WeightVecLengthIsLow')
}

/**
 * Stores a validator's weights, upscaled so that the largest is 65535. Where commit-reveal is on, these are revealed
 * ones: the rate limit was the commit's, and so is the last update.
 *
 * Source: subtensor `internal_set_weights`, spec 425.
 */
export function storeWeights(context: RuntimeContext, hotkey: string, input: WeightsInput): void {
  const { db, block } = context
  const { netuid, mechanism, dests, weights } = input
  ensure(netuid !== 0, 'CanNotSetRootNetworkWeights')
  ensure(dests.length === weights.length, 'WeightVecNotEqualSize')
  ensure(mechanismExists(db, input), 'MechanismDoesNotExist')
  ensure(dests.length <= subnets.SubnetworkN.get(db, netuid), 'UidsLengthExceedUidsInSubNet')
  const uid = neurons.Uids.get(db, netuid, hotkey) ?? failWith('HotKeyNotRegisteredInSubNet')
  ensureMinStake(db, netuid, hotkey)
  const version = hyperparameters.WeightsVersionKey.get(db, netuid)
  ensure(version === 0n || input.versionKey >= version, 'IncorrectWeightVersionKey')
  const revealed = commitRevealOn(db, netuid)
  ensure(revealed || passesWeightsRateLimit(context, input, uid), 'SettingWeightsTooFast')
  checkVector(db, uid, input)
  const index = mechanismIndex(netuid, mechanism)
  const upscaled = vecU16MaxUpscaleToU16(weights)
  const row = dests.map((target, at): [number, number] => [target, upscaled[at] ?? 0])
  neurons.Weights.set(db, index, uid, row)
  if (!revealed) setLastUpdate(db, index, uid, BigInt(block.number))
  context.emit(subtensorEvents.WeightsSet([index, uid]))
}
