import { defineCall } from '../../../framework/call.js'
import type { ReadContext, RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { type FieldValues, tuple, vec } from '../../../types/compounds.js'
import { compactU16, compactU64, mechId, netUid, u16, u64 } from '../../../types/primitives.js'
import { ensure } from '../errors.js'
import { asPoolCheck } from '../pool-codes.js'
import { neurons } from '../storage/neurons.js'
import { storeWeights, type WeightsInput } from '../store-weights.js'
import { commitRevealOn, ensureMinStake, type MechanismTarget, passesWeightsRateLimit } from '../weight-checks.js'
import { eachOfBatch } from '../weights-batch.js'

/** What the pool looks at, and the dispatch before the call: stake, and the rate limit of a hotkey that is registered. */
function guard(context: ReadContext, who: string, target: MechanismTarget): void {
  const { db } = context
  ensureMinStake(db, target.netuid, who)
  const uid = neurons.Uids.get(db, target.netuid, who)
  if (uid === undefined || commitRevealOn(db, target.netuid)) return
  ensure(passesWeightsRateLimit(context, target, uid), 'SettingWeightsTooFast')
}

function setWeights(context: RuntimeContext, origin: Origin, input: WeightsInput): void {
  if (origin.type === 'Signed') guard(context, origin.who, input)
  // The chain looks at this before the signature.
  ensure(!commitRevealOn(context.db, input.netuid), 'CommitRevealEnabled')
  storeWeights(context, ensureSigned(origin), input)
}

/** Sets a validator's weights where commit-reveal is off. */
export const setWeightsCall = defineCall({
  index: 0,
  args: { netuid: netUid, dests: vec(u16), weights: vec(u16), version_key: u64 },
  refTime: refTime({ time: 15_513_610_000n, reads: 4112, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck((context, who, { netuid }: { netuid: number }) => guard(context, who, { netuid, mechanism: 0 })),
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
    guard(context, who, { netuid, mechanism: mecid }),
  ),
  run: (context, origin, { netuid, mecid, dests, weights, version_key: versionKey }) =>
    setWeights(context, origin, { netuid, mechanism: mecid, dests, weights, versionKey }),
})

const batchArgs = { netuids: vec(compactU16), weights: vec(vec(tuple(compactU16, compactU16))), version_keys: vec(compactU64) }
type BatchArgs = FieldValues<typeof batchArgs>

function guardBatch({ db }: ReadContext, who: string, { netuids, weights, version_keys: keys }: BatchArgs): void {
  ensure(netuids.length === weights.length && netuids.length === keys.length, 'InputLengthsUnequal')
  for (const netuid of netuids) ensureMinStake(db, netuid, who)
}

/**
 * Sets weights on several subnets. What fails is told by an event, and does not undo the rest.
 *
 * Source: subtensor `do_batch_set_weights`, spec 425.
 */
export const batchSetWeights = defineCall({
  index: 80,
  args: batchArgs,
  refTime: refTime({ time: 103_092_000n, reads: 16, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck(guardBatch),
  run: (context, origin, args) => {
    const hotkey = ensureSigned(origin)
    guardBatch(context, hotkey, args)
    eachOfBatch(context, { netuids: args.netuids, hotkey }, (netuid, at) => {
      ensure(!commitRevealOn(context.db, netuid), 'CommitRevealEnabled')
      const row = args.weights[at] ?? []
      storeWeights(context, hotkey, {
        netuid,
        mechanism: 0,
        dests: row.map(([target]) => target),
        weights: row.map(([, weight]) => weight),
        versionKey: args.version_keys[at] ?? 0n,
      })
    })
  },
})
