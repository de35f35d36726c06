import { I32F32 } from '../fixed-point.js'
import type { SparseMatrix } from '../sparse-matrix.js'
import { normalize } from './normalize.js'

/** What {@link weightedMedian} works on; every number is I32F32 bits. */
export interface WeightedMedianInput {
  /** Stake of each voter, normalised. */
  readonly stake: readonly bigint[]
  /** Score that each voter gave. */
  readonly score: readonly bigint[]
  /** 1 − majority. */
  readonly minority: bigint
  /** Lower edge of the stake integral. */
  readonly low: bigint
  /** Upper edge of the stake integral, the sum of the stake. */
  readonly high: bigint
  /** Which voters take part. @defaultValue all */
  readonly indices?: readonly number[]
}

/**
 * The stake-weighted median score, by a quick-select that pivots on the middle element, so that every node agrees.
 *
 * @returns I32F32 bits; 0 when nobody votes.
 *
 * Source: subtensor `epoch/math.rs` `weighted_median`, spec 425.
 */
export function weightedMedian(input: WeightedMedianInput): bigint {
  const { stake, score, minority } = input
  if (stake.length !== score.length) return 0n
  let partition = input.indices ?? stake.map((_, index) => index)
  let { low, high } = input

  for (let left = partition.length; left >= 0; left--) {
    const [first] = partition
    if (first === undefined) return 0n
    if (partition.length === 1) return score[first] ?? 0n
    const pivot = score[partition[partition.length >> 1] ?? 0] ?? 0n
    const lower = partition.filter((index) => (score[index] ?? 0n) < pivot)
    const upper = partition.filter((index) => (score[index] ?? 0n) > pivot)
    const lowEdge = I32F32.add(low, saturatingSum(stake, lower))
    const highEdge = I32F32.sub(high, saturatingSum(stake, upper))
    if (minority < lowEdge && lower.length > 0) {
      partition = lower
      high = lowEdge
    } else if (highEdge <= minority && upper.length > 0) {
      partition = upper
      low = highEdge
    } else {
      return pivot
    }
  }
  return 0n
}

function saturatingSum(stake: readonly bigint[], indices: readonly number[]): bigint {
  return indices.reduce((sum, index) => I32F32.add(sum, stake[index] ?? 0n), 0n)
}

/** What {@link weightedMedianColSparse} works on; every number is I32F32 bits. */
export interface WeightedMedianColInput {
  /** Stake by row. Rows without stake do not vote. */
  readonly stake: readonly bigint[]
  /** Scores: rows are voters. A missing cell votes 0. */
  readonly score: SparseMatrix
  /** Number of columns of the result. */
  readonly columns: number
  /** Share of stake that decides, kappa. */
  readonly majority: bigint
}

/**
 * The stake-weighted median of every column: the consensus weight of each neuron.
 *
 * @returns I32F32 bits, length `columns`.
 *
 * Source: subtensor `epoch/math.rs` `weighted_median_col_sparse`, spec 425.
 */
export function weightedMedianColSparse(input: WeightedMedianColInput): bigint[] {
  const { score, columns, majority } = input
  const voters = input.stake.flatMap((value, row) => (value > 0n ? [{ value, row }] : []))
  const stake = normalize(voters.map((voter) => voter.value))
  const high = I32F32.sum(stake)
  const minority = I32F32.sub(high, majority)

  const byColumn = Array.from({ length: columns }, () => new Array<bigint>(voters.length).fill(0n))
  voters.forEach(({ row }, k) => {
    for (const [j, value] of score[row] ?? []) {
      const votes = byColumn[j]
      if (votes) votes[k] = value
    }
  })
  const indices = voters.map((_, index) => index)
  return byColumn.map((votes) => weightedMedian({ stake, score: votes, indices, minority, low: 0n, high }))
}
