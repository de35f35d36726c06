import { I64F64 } from '../../../../consensus/fixed-point.js'
import { vecU16MaxUpscaleToU16 } from '../../../../consensus/math/upscale-u16.js'
import { stakeWeight } from '../../../../consensus/stake-weight.js'
import type { Storage } from '../../../../state/storage.js'
import { defineCall } from '../../../framework/call.js'
import type { ReadContext, RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { vec } from '../../../types/compounds.js'
import { mechId, netUid, u16, u64 } from '../../../types/primitives.js'
import { ensure, failWith } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { mechanismIndex, ownerUid, setLastUpdate } from '../neurons.js'
import { asPoolCheck } from '../pool-codes.js'
import { passes } from '../rate-limits.js'
import { hotkeyAlpha } from '../stake-pool.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { subnets } from '../storage/subnets.js'
import { subnetExists } from '../subnets.js'

interface WeightsTarget {
  readonly netuid: number
  readonly mechanism: number
}

interface WeightsInput extends WeightsTarget {
  readonly dests: readonly number[]
  readonly weights: readonly number[]
  readonly versionKey: bigint
}

/** Whether a hotkey's stake reaches the threshold; the owner's always does. */
function hasEnoughStake(db: Storage, netuid: number, hotkey: string): boolean {
  const uid = neurons.Uids.get(db, netuid, hotkey)
  if (uid !== undefined && uid === ownerUid(db, netuid)) return true
  const parts = { alpha: hotkeyAlpha(db, hotkey, netuid), tao: hotkeyAlpha(db, hotkey, 0), taoWeight: hyperparameters.TaoWeight.get(db) }
  return I64F64.toU64(stakeWeight(parts)) >= hyperparameters.StakeThreshold.get(db)
}

const commitRevealOn = (db: Storage, netuid: number): boolean => hyperparameters.CommitRevealWeightsEnabled.get(db, netuid)

function passesRateLimit({ db, block }: ReadContext, { netuid, mechanism }: WeightsTarget, uid: number): boolean {
  const last = neurons.LastUpdate.get(db, mechanismIndex(netuid, mechanism))[uid] ?? 0n
  return passes(hyperparameters.WeightsSetRateLimit.get(db, netuid), last, block.number)
}

/** What the pool looks at: stake, and the rate limit of a hotkey that is registered. */
function checkInPool(context: ReadContext, who: string, target: WeightsTarget): void {
  const { db } = context
  ensure(hasEnoughStake(db, target.netuid, who), 'NotEnoughStakeToSetWeights')
  const uid = neurons.Uids.get(db, target.netuid, who)
  if (uid === undefined || commitRevealOn(db, target.netuid)) return
  ensure(passesRateLimit(context, target, uid), 'SettingWeightsTooFast')
}

function checkVector(db: Storage, uid: number, { netuid, dests, weights }: WeightsInput): void {
  // A neuron may always give all its weight to itself.
  const selfWeight = weights.length === 1 && dests[0] === uid
  const permitted = selfWeight || ownerUid(db, netuid) === uid || neurons.ValidatorPermit.get(db, netuid)[uid] === true
  ensure(permitted, 'NeuronNoValidatorPermit')
  ensure(new Set(dests).size === dests.length, 'DuplicateUids')
  ensure(
    dests.every((target) => neurons.Keys.has(db, netuid, target)),
    'UidVecContainInvalidOne',
  )
  const least = Math.min(subnets.SubnetworkN.get(db, netuid), hyperparameters.MinAllowedWeights.get(db, netuid))
  ensure(selfWeight || weights.length >= least, 'WeightVecLengthIsLow')
}

/**
 * Stores a validator's weights, upscaled so that the largest is 65535.
 *
 * Source: subtensor `internal_set_weights`, spec 425.
 */
function setWeights(context: RuntimeContext, origin: Origin, input: WeightsInput): void {
  const { db, block } = context
  const { netuid, mechanism, dests, weights } = input
  // The chain looks at this before the signature, and at stake and rate limit before the rest.
  if (origin.type === 'Signed') checkInPool(context, origin.who, input)
  ensure(!commitRevealOn(db, netuid), 'CommitRevealEnabled')
  const hotkey = ensureSigned(origin)
  ensure(netuid !== 0, 'CanNotSetRootNetworkWeights')
  ensure(dests.length === weights.length, 'WeightVecNotEqualSize')
  ensure(subnetExists(db, netuid) && mechanism < hyperparameters.MechanismCountCurrent.get(db, netuid), 'MechanismDoesNotExist')
  ensure(dests.length <= subnets.SubnetworkN.get(db, netuid), 'UidsLengthExceedUidsInSubNet')
  const uid = neurons.Uids.get(db, netuid, hotkey) ?? failWith('HotKeyNotRegisteredInSubNet')
  ensure(hasEnoughStake(db, netuid, hotkey), 'NotEnoughStakeToSetWeights')
  const version = hyperparameters.WeightsVersionKey.get(db, netuid)
  ensure(version === 0n || input.versionKey >= version, 'IncorrectWeightVersionKey')
  ensure(passesRateLimit(context, input, uid), 'SettingWeightsTooFast')
  checkVector(db, uid, input)
  const index = mechanismIndex(netuid, mechanism)
  const upscaled = vecU16MaxUpscaleToU16(weights)
  neurons.Weights.set(
    db,
    index,
    uid,
    dests.map((target, at): [number, number] => [target, upscaled[at] ?? 0]),
  )
  setLastUpdate(db, index, uid, BigInt(block.number))
  context.emit(subtensorEvents.WeightsSet([index, uid]))
}

/** Sets a validator's weights where commit-reveal is off. */
export const setWeightsCall = defineCall({
  index: 0,
  args: { netuid: netUid, dests: vec(u16), weights: vec(u16), version_key: u64 },
  refTime: refTime({ time: 15_513_610_000n, reads: 4112, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck((context, who, { netuid }: { netuid: number }) => checkInPool(context, who, { netuid, mechanism: 0 })),
  run: (context, origin, { netuid, dests, weights, version_key: versionKey }) =>
    setWeights(context, origin, { netuid, mechanism: 0, dests, weights, versionKey }),
})

/** The same for one of a subnet's mechanisms. */
export const setMechanismWeights = defineCall({
  index: 119,
  args: { netuid: netUid, mecid: mechId, dests: vec(u16), weights: vec(u16), version_key: u64 },
  refTime: refTime({ time: 15_540_000_000n, reads: 4111, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck((context, who, { netuid, mecid }: { netuid: number; mecid: number }) =>
    checkInPool(context, who, { netuid, mechanism: mecid }),
  ),
  run: (context, origin, { netuid, mecid, dests, weights, version_key: versionKey }) =>
    setWeights(context, origin, { netuid, mechanism: mecid, dests, weights, versionKey }),
})
