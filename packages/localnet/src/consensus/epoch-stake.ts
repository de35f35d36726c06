import type { EpochInput } from './epoch-input.js'
import { I32F32, I64F64 } from './fixed-point.js'
import { normalize } from './math/normalize.js'
import { isTopK, isTopKNonzero } from './math/topk.js'
import { minOf } from './min-max.js'

/** Who takes part in an epoch, with what stake. Lists are by uid; stake is I32F32 bits. */
export interface EpochStake {
  readonly active: readonly boolean[]
  readonly oldPermit: readonly boolean[]
  readonly newPermit: readonly boolean[]
  /** Normalised stake of all that meet the threshold. */
  readonly stake: readonly bigint[]
  /** Normalised stake of active validators. */
  readonly activeStake: readonly bigint[]
}

const U64_MAX = (1n << 64n) - 1n

/**
 * Filters and normalises stake and gives out permits.
 *
 * Source: subtensor `epoch/run_epoch.rs` `epoch_mechanism`, its stake and permit sections, spec 425.
 */
export function epochStake(input: EpochInput): EpochStake {
  const legacy = input.rules === 'spec-143'
  const ownerUid = legacy ? undefined : input.ownerUid
  const counted = input.stake.map((bits, uid) => (legacy || uid === ownerUid || I64F64.toU64(bits) >= input.stakeThreshold ? bits : 0n))
  const stake = normalize(counted, I64F64).map((bits) => I32F32.from(bits, I64F64))

  const active = input.stake.map((_, uid) => isActive(input, input.lastUpdate[uid]))
  const oldPermit = input.stake.map(
    (_, uid) => uid < input.validatorPermit.length && (uid === ownerUid || input.validatorPermit[uid] === true),
  )
  const top = (legacy ? isTopK : isTopKNonzero)(stake, input.maxAllowedValidators)
  const newPermit = top.map((permitted, uid) => permitted || uid === ownerUid)

  const activeStake = normalize(stake.map((bits, uid) => (active[uid] && oldPermit[uid] ? bits : 0n)))
  return { active, oldPermit, newPermit, stake, activeStake }
}

// A neuron without a last update, which only a list that is too short leaves, is masked like an inactive one.
function isActive(input: EpochInput, lastUpdate: bigint | undefined): boolean {
  return lastUpdate !== undefined && minOf(lastUpdate + input.activityCutoffBlocks, U64_MAX) >= input.currentBlock
}
