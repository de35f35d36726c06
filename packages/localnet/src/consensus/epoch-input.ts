import type { SparseRow } from './sparse-matrix.js'

/**
 * Whose rules an epoch follows: `spec-425` is the chain of mid 2026; `spec-143` is an old runtime that real epochs were
 * recorded on. Under `spec-143` the bonds penalty is 1, there is no owner rule and no stake threshold, zero stake can
 * hold a permit, bonds are masked by each validator's own last update, and rank, trust and pruning scores exist.
 */
export type EpochRules = 'spec-425' | 'spec-143'

/** Settings of liquid alpha, under which each bond moves at its own speed (Yuma3 only). */
export interface LiquidAlpha {
  /** Slowest speed, u16 fraction of 65535. `AlphaValues.0`. */
  readonly low: number
  /** Fastest speed, u16 fraction of 65535. `AlphaValues.1`. */
  readonly high: number
  /** Steepness of the sigmoid, i16; 100 stands for 1. `AlphaSigmoidSteepness`. */
  readonly steepness: number
}

/**
 * All that one epoch of one mechanism of a subnet depends on. Lists are as long as `stake` and indexed by uid; of lists that are
 * too short, a missing last update or permit means no part in consensus, and the rest is 0 or empty.
 */
export interface EpochInput {
  /** @defaultValue `spec-425` */
  readonly rules?: EpochRules
  /** 3 where the subnet's `Yuma3On` is set, as it is for a new one, otherwise 2. */
  readonly yumaVersion: 2 | 3
  /** Block in which the epoch runs. */
  readonly currentBlock: bigint
  /** Blocks between epochs. */
  readonly tempo: number
  /** Block of the last successful epoch, 0 before the first one. `LastMechansimStepBlock`. */
  readonly lastMechanismStepBlock: bigint
  /** A neuron whose last update is older than this many blocks is inactive. */
  readonly activityCutoffBlocks: bigint
  /** Total stake of each neuron, alpha plus weighted TAO: I64F64 bits. See {@link stakeWeight}. */
  readonly stake: readonly bigint[]
  /** Least stake that counts, rao. */
  readonly stakeThreshold: bigint
  /** Uid of the subnet owner's hotkey, which always holds a permit and may weigh itself. */
  readonly ownerUid?: number | undefined
  /** Block of each neuron's last weights or commit. */
  readonly lastUpdate: readonly bigint[]
  /** Block of each neuron's registration. */
  readonly blockAtRegistration: readonly bigint[]
  /** Permits from the epoch before. */
  readonly validatorPermit: readonly boolean[]
  /** Stored weights: a row for each uid of (uid, u16). */
  readonly weights: readonly SparseRow<number>[]
  /** Stored bonds: a row for each uid of (uid, u16). */
  readonly bonds: readonly SparseRow<number>[]
  /** Share of stake that decides consensus, u16 fraction of 65535. */
  readonly kappa: number
  /** Part of the clipped weight that bonds do without, u16 fraction of 65535. */
  readonly bondsPenalty: number
  /** Weight of old bonds, millionths. */
  readonly bondsMovingAverage: bigint
  /** How many neurons can hold a permit. */
  readonly maxAllowedValidators: number
  /** Liquid alpha, where it is on. */
  readonly liquidAlpha?: LiquidAlpha | undefined
  /** Present where commit-reveal is on: the block of each neuron's earliest commit that has not expired, if it has one. */
  readonly commitReveal?: { readonly earliestCommitBlock: readonly (bigint | undefined)[] } | undefined
  /** Alpha to divide among servers and validators, rao. */
  readonly emission: bigint
}

/** What an epoch yields. Every list is indexed by uid; fractions are u16 of 65535, amounts are rao of alpha. */
export interface EpochOutput {
  /** Whether the last update lies within the activity cutoff. */
  readonly active: readonly boolean[]
  /** Stake-weighted median weight. */
  readonly consensus: readonly number[]
  /** Share of the servers' emission. */
  readonly incentive: readonly number[]
  /** Share of the validators' emission. */
  readonly dividends: readonly number[]
  /** How much of a validator's weights agrees with consensus. */
  readonly validatorTrust: readonly number[]
  /** Normalised stake. */
  readonly stakeWeight: readonly number[]
  /** Permits until the next epoch. */
  readonly validatorPermit: readonly boolean[]
  /** Server and validator emission together, as stored. */
  readonly emission: readonly bigint[]
  /** Emission for incentive. */
  readonly serverEmission: readonly bigint[]
  /** Emission for dividends. */
  readonly validatorEmission: readonly bigint[]
  /** Bonds to store: a row of (uid, u16) for each uid. Without a permit the row is empty. */
  readonly bonds: readonly SparseRow<number>[]
  /** Values that only `spec-143` has: u16 by uid. */
  readonly legacy?: { readonly rank: readonly number[]; readonly trust: readonly number[]; readonly pruningScores: readonly number[] }
}
