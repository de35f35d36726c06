import { defineCall } from '../../../framework/call.js'
import type { ReadContext, RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { boundedBytes } from '../../../types/compounds.js'
import { mechId, netUid, u16, u64 } from '../../../types/primitives.js'
import { drand } from '../../drand/storage.js'
import { ensure, failWith } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { mechanismIndex, setLastUpdate } from '../neurons.js'
import { asPoolCheck } from '../pool-codes.js'
import { commits, MAX_SEALED_COMMIT_BYTES } from '../storage/commits.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { commitRevealOn, ensureMinStake, type MechanismTarget, mechanismExists, passesWeightsRateLimit } from '../weight-checks.js'
import { blake2Hex, MAX_WAITING_COMMITS, revealWindow } from '../weight-commits.js'

/** The version that the calls without an argument for it mean. */
const VERSION = 4

interface Sealed extends MechanismTarget {
  /** The ciphertext. */
  readonly commit: Uint8Array
  /** Round of the beacon that opens it. */
  readonly round: bigint
  readonly version: number
}

/** What the pool looks at, and the dispatch before the call. */
function guard({ db }: ReadContext, who: string, { netuid, round }: { readonly netuid: number; readonly round: bigint }): void {
  ensureMinStake(db, netuid, who)
  ensure(round >= drand.LastStoredRound.get(db), 'InvalidRevealRound')
}

/**
 * Keeps encrypted weights until the round of the beacon that opens them.
 *
 * Source: subtensor `internal_commit_timelocked_weights`, spec 425.
 */
function commitSealed(context: RuntimeContext, origin: Origin, sealed: Sealed): void {
  const { db, block } = context
  const { netuid, mechanism, commit, round, version } = sealed
  if (origin.type === 'Signed') guard(context, origin.who, sealed)
  ensure(mechanismExists(db, sealed), 'MechanismDoesNotExist')
  const hotkey = ensureSigned(origin)
  ensure(commitRevealOn(db, netuid), 'CommitRevealDisabled')
  ensure(version === hyperparameters.CommitRevealWeightsVersion.get(db), 'IncorrectCommitRevealVersion')
  const uid = neurons.Uids.get(db, netuid, hotkey) ?? failWith('HotKeyNotRegisteredInSubNet')
  ensure(passesWeightsRateLimit(context, sealed, uid), 'CommittingWeightsTooFast')
  const index = mechanismIndex(netuid, mechanism)
  const { epoch } = revealWindow(context, netuid)
  const waiting = commits.TimelockedWeightCommits.get(db, index, epoch)
  ensure(waiting.filter(([who]) => who === hotkey).length < MAX_WAITING_COMMITS, 'TooManyUnrevealedCommits')
  const now = BigInt(block.number)
  commits.TimelockedWeightCommits.set(db, index, epoch, [...waiting, [hotkey, now, commit, round]])
  context.emit(subtensorEvents.TimelockedWeightsCommitted([hotkey, index, blake2Hex(commit), round]))
  setLastUpdate(db, index, uid, now)
}

const commitBytes = boundedBytes(MAX_SEALED_COMMIT_BYTES)
const poolCheck = asPoolCheck((context, who, { netuid, reveal_round: round }: { netuid: number; reveal_round: bigint }) =>
  guard(context, who, { netuid, round }),
)

/** Commits to weights under a timelock. */
export const commitTimelockedWeights = defineCall({
  index: 113,
  args: { netuid: netUid, commit: commitBytes, reveal_round: u64, commit_reveal_version: u16 },
  refTime: refTime({ time: 86_951_000n, reads: 14, writes: 2 }),
  paysFee: false,
  poolCheck,
  run: (context, origin, { netuid, commit, reveal_round: round, commit_reveal_version: version }) =>
    commitSealed(context, origin, { netuid, mechanism: 0, commit, round, version }),
})

/** The same for one of a subnet's mechanisms. */
export const commitTimelockedMechanismWeights = defineCall({
  index: 118,
  args: { netuid: netUid, mecid: mechId, commit: commitBytes, reveal_round: u64, commit_reveal_version: u16 },
  refTime: refTime({ time: 84_020_000n, reads: 7, writes: 2 }),
  paysFee: false,
  poolCheck,
  run: (context, origin, { netuid, mecid, commit, reveal_round: round, commit_reveal_version: version }) =>
    commitSealed(context, origin, { netuid, mechanism: mecid, commit, round, version }),
})

/** The same by the name it had before there were versions. */
export const commitCrv3MechanismWeights = defineCall({
  index: 117,
  args: { netuid: netUid, mecid: mechId, commit: commitBytes, reveal_round: u64 },
  refTime: refTime({ time: 77_750_000n, reads: 7, writes: 2 }),
  paysFee: false,
  poolCheck,
  run: (context, origin, { netuid, mecid, commit, reveal_round: round }) =>
    commitSealed(context, origin, { netuid, mechanism: mecid, commit, round, version: VERSION }),
})
