import { defineCall } from '../../../framework/call.js'
import type { ReadContext, RuntimeContext } from '../../../framework/context.js'
import { ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { type FieldValues, vec } from '../../../types/compounds.js'
import { compactU16, mechId, netUid } from '../../../types/primitives.js'
import { h256 } from '../../../types/well-known.js'
import { ensure, failWith } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { mechanismIndex, setLastUpdate } from '../neurons.js'
import { asPoolCheck } from '../pool-codes.js'
import { commits } from '../storage/commits.js'
import { neurons } from '../storage/neurons.js'
import { commitRevealOn, ensureMinStake, type MechanismTarget, mechanismExists, passesWeightsRateLimit } from '../weight-checks.js'
import { MAX_WAITING_COMMITS, partExpired, revealWindow } from '../weight-commits.js'
import { eachOfBatch } from '../weights-batch.js'

/** What the pool looks at, and the dispatch before the call. */
function guard(context: ReadContext, who: string, target: MechanismTarget): void {
  ensureMinStake(context.db, target.netuid, who)
  const uid = neurons.Uids.get(context.db, target.netuid, who)
  ensure(uid === undefined || passesWeightsRateLimit(context, target, uid), 'CommittingWeightsTooFast')
}

/**
 * Commits to weights by their hash. What has expired goes.
 *
 * Source: subtensor `internal_commit_weights`, spec 425.
 */
function commit(context: RuntimeContext, hotkey: string, target: MechanismTarget, hash: string): void {
  const { db, block } = context
  const { netuid, mechanism } = target
  ensure(mechanismExists(db, target), 'MechanismDoesNotExist')
  ensure(commitRevealOn(db, netuid), 'CommitRevealDisabled')
  const uid = neurons.Uids.get(db, netuid, hotkey) ?? failWith('HotKeyNotRegisteredInSubNet')
  ensure(passesWeightsRateLimit(context, target, uid), 'CommittingWeightsTooFast')
  const index = mechanismIndex(netuid, mechanism)
  const window = revealWindow(context, netuid)
  const { waiting } = partExpired(commits.WeightCommits.get(db, index, hotkey) ?? [], window)
  ensure(waiting.length < MAX_WAITING_COMMITS, 'TooManyUnrevealedCommits')
  const now = BigInt(block.number)
  commits.WeightCommits.set(db, index, hotkey, [...waiting, [hash, window.epoch, now, 0n]])
  context.emit(subtensorEvents.WeightsCommitted([hotkey, index, hash]))
  setLastUpdate(db, index, uid, now)
}

/** Commits to weights of a subnet where commit-reveal is on. */
export const commitWeights = defineCall({
  index: 96,
  args: { netuid: netUid, commit_hash: h256 },
  refTime: refTime({ time: 69_049_000n, reads: 13, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck((context, who, { netuid }: { netuid: number }) => guard(context, who, { netuid, mechanism: 0 })),
  run: (context, origin, { netuid, commit_hash: hash }) => {
    const target = { netuid, mechanism: 0 }
    if (origin.type === 'Signed') guard(context, origin.who, target)
    commit(context, ensureSigned(origin), target, hash)
  },
})

/** The same for one of a subnet's mechanisms. */
export const commitMechanismWeights = defineCall({
  index: 115,
  args: { netuid: netUid, mecid: mechId, commit_hash: h256 },
  refTime: refTime({ time: 55_130_000n, reads: 7, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck((context, who, { netuid, mecid }: { netuid: number; mecid: number }) =>
    guard(context, who, { netuid, mechanism: mecid }),
  ),
  run: (context, origin, { netuid, mecid, commit_hash: hash }) => {
    const target = { netuid, mechanism: mecid }
    if (origin.type === 'Signed') guard(context, origin.who, target)
    commit(context, ensureSigned(origin), target, hash)
  },
})

const batchArgs = { netuids: vec(compactU16), commit_hashes: vec(h256) }
type BatchArgs = FieldValues<typeof batchArgs>

function guardBatch({ db }: ReadContext, who: string, { netuids, commit_hashes: hashes }: BatchArgs): void {
  ensure(netuids.length === hashes.length, 'InputLengthsUnequal')
  for (const netuid of netuids) ensureMinStake(db, netuid, who)
}

/**
 * Commits to weights of several subnets. What fails is told by an event, and does not undo the rest.
 *
 * Source: subtensor `do_batch_commit_weights`, spec 425.
 */
export const batchCommitWeights = defineCall({
  index: 100,
  args: batchArgs,
  refTime: refTime({ time: 147_224_000n, reads: 15, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck(guardBatch),
  run: (context, origin, args) => {
    const hotkey = ensureSigned(origin)
    guardBatch(context, hotkey, args)
    eachOfBatch(context, { netuids: args.netuids, hotkey }, (netuid, at) =>
      commit(context, hotkey, { netuid, mechanism: 0 }, args.commit_hashes[at] ?? ''),
    )
  },
})
