import { defineCall } from '../../../framework/call.js'
import type { ReadContext, RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { type FieldValues, vec } from '../../../types/compounds.js'
import { mechId, netUid, u16, u64 } from '../../../types/primitives.js'
import { ensure, failWith } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { mechanismIndex } from '../neurons.js'
import { asPoolCheck } from '../pool-codes.js'
import { commits } from '../storage/commits.js'
import { storeWeights } from '../store-weights.js'
import { commitRevealOn, ensureMinStake, type MechanismTarget } from '../weight-checks.js'
import { commitHash, findReveal, isOpen, partExpired, revealWindow, type WeightCommit } from '../weight-commits.js'

interface Revealed {
  readonly uids: readonly number[]
  readonly values: readonly number[]
  readonly salt: readonly number[]
  readonly versionKey: bigint
}

const hashOf = (hotkey: string, { netuid, mechanism }: MechanismTarget, revealed: Revealed): string =>
  commitHash({ hotkey, index: mechanismIndex(netuid, mechanism), ...revealed })

/** What the pool looks at, and the dispatch before the call: stake, and that every hash was committed to and is open now. */
function guard(context: ReadContext, who: string, target: MechanismTarget, reveals: readonly Revealed[]): void {
  ensureMinStake(context.db, target.netuid, who)
  const index = mechanismIndex(target.netuid, target.mechanism)
  const committed = commits.WeightCommits.get(context.db, index, who) ?? failWith('NoWeightsCommitFound')
  const window = revealWindow(context, target.netuid)
  for (const revealed of reveals) {
    const hash = hashOf(who, target, revealed)
    const [, epoch] = committed.find(([other]) => other === hash) ?? failWith('NoWeightsCommitFound')
    ensure(isOpen(window, epoch), 'RevealTooEarly')
  }
}

function keep(context: RuntimeContext, index: number, hotkey: string, waiting: WeightCommit[]): void {
  if (waiting.length === 0) commits.WeightCommits.remove(context.db, index, hotkey)
  else commits.WeightCommits.set(context.db, index, hotkey, waiting)
}

/** The commits of a hotkey, parted in expired ones and the rest, and what finds a hash among them. */
function openCommits(context: RuntimeContext, { netuid, mechanism }: MechanismTarget, hotkey: string) {
  ensure(commitRevealOn(context.db, netuid), 'CommitRevealDisabled')
  const index = mechanismIndex(netuid, mechanism)
  const window = revealWindow(context, netuid)
  const stored = commits.WeightCommits.get(context.db, index, hotkey) ?? failWith('NoWeightsCommitFound')
  const parted = partExpired(stored, window)
  const find = (hash: string, waiting: WeightCommit[]): number => {
    const found = findReveal({ ...parted, waiting }, hash, window)
    return 'error' in found ? failWith(found.error) : found.at
  }
  return { index, waiting: parted.waiting, find }
}

/**
 * Reveals weights that were committed to. The commit goes, with all before it.
 *
 * Source: subtensor `internal_reveal_weights`, spec 425.
 */
function reveal(context: RuntimeContext, origin: Origin, target: MechanismTarget, revealed: Revealed): void {
  const hotkey = ensureSigned(origin)
  guard(context, hotkey, target, [revealed])
  const { index, waiting, find } = openCommits(context, target, hotkey)
  const hash = hashOf(hotkey, target, revealed)
  keep(context, index, hotkey, waiting.slice(find(hash, waiting) + 1))
  const { uids, values, versionKey } = revealed
  storeWeights(context, hotkey, { ...target, dests: uids, weights: values, versionKey })
  context.emit(subtensorEvents.WeightsRevealed([hotkey, index, hash]))
}

const revealedArgs = { uids: vec(u16), values: vec(u16), salt: vec(u16), version_key: u64 }
const revealedOf = ({ uids, values, salt, version_key: versionKey }: FieldValues<typeof revealedArgs>): Revealed => ({
  uids,
  values,
  salt,
  versionKey,
})

const plainArgs = { netuid: netUid, ...revealedArgs }
const mechanismArgs = { netuid: netUid, mecid: mechId, ...revealedArgs }

/** Reveals weights of a subnet, in the one epoch in which they can be. */
export const revealWeights = defineCall({
  index: 97,
  args: plainArgs,
  refTime: refTime({ time: 111_227_000n, reads: 19, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck((context, who, args: FieldValues<typeof plainArgs>) =>
    guard(context, who, { netuid: args.netuid, mechanism: 0 }, [revealedOf(args)]),
  ),
  run: (context, origin, args) => reveal(context, origin, { netuid: args.netuid, mechanism: 0 }, revealedOf(args)),
})

/** The same for one of a subnet's mechanisms. */
export const revealMechanismWeights = defineCall({
  index: 116,
  args: mechanismArgs,
  refTime: refTime({ time: 122_000_000n, reads: 16, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck((context, who, args: FieldValues<typeof mechanismArgs>) =>
    guard(context, who, { netuid: args.netuid, mechanism: args.mecid }, [revealedOf(args)]),
  ),
  run: (context, origin, args) => reveal(context, origin, { netuid: args.netuid, mechanism: args.mecid }, revealedOf(args)),
})

const batchArgs = {
  netuid: netUid,
  uids_list: vec(vec(u16)),
  values_list: vec(vec(u16)),
  salts_list: vec(vec(u16)),
  version_keys: vec(u64),
}
type BatchArgs = FieldValues<typeof batchArgs>

/** The reveals of a batch, whose lists must be of one length. */
function revealsOf({ uids_list: uids, values_list: values, salts_list: salts, version_keys: keys }: BatchArgs): Revealed[] {
  ensure(uids.length === values.length && uids.length === salts.length && uids.length === keys.length, 'InputLengthsUnequal')
  return uids.map((own, at) => ({ uids: own, values: values[at] ?? [], salt: salts[at] ?? [], versionKey: keys[at] ?? 0n }))
}

/**
 * Reveals several commits of one subnet, all or none.
 *
 * Source: subtensor `do_batch_reveal_weights`, spec 425.
 */
export const batchRevealWeights = defineCall({
  index: 98,
  args: batchArgs,
  refTime: refTime({ time: 421_363_000n, reads: 19, writes: 2 }),
  paysFee: false,
  poolCheck: asPoolCheck((context, who, args: BatchArgs) => guard(context, who, { netuid: args.netuid, mechanism: 0 }, revealsOf(args))),
  run: (context, origin, args) => {
    const target = { netuid: args.netuid, mechanism: 0 }
    const hotkey = ensureSigned(origin)
    const reveals = revealsOf(args)
    guard(context, hotkey, target, reveals)
    const { index, waiting, find } = openCommits(context, target, hotkey)
    const hashes = reveals.map((revealed) => hashOf(hotkey, target, revealed))
    reveals.forEach(({ uids, values, versionKey }, at) => {
      // One that comes twice in the batch is gone the second time.
      waiting.splice(find(hashes[at] ?? '', waiting), 1)
      storeWeights(context, hotkey, { ...target, dests: uids, weights: values, versionKey })
    })
    keep(context, index, hotkey, waiting)
    context.emit(subtensorEvents.WeightsBatchRevealed([hotkey, args.netuid, hashes]))
  },
})
