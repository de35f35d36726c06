import type { EpochInput } from '../epoch-input.js'
import { I64F64 } from '../fixed-point.js'

/**
 * Yuma as its paper puts it: dense matrices of doubles, no fixed point, written without the code it checks. It covers
 * what the properties generate: no commit-reveal and no liquid alpha.
 */
export interface PlainYuma {
  readonly consensus: number[]
  readonly incentive: number[]
  readonly dividends: number[]
  readonly trust: number[]
  readonly bonds: number[][]
}

type Matrix = number[][]

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const share = (values: readonly number[]) => {
  const total = sum(values)
  return total === 0 ? [...values] : values.map((value) => value / total)
}
const columnShare = (matrix: Matrix): Matrix => {
  const totals = matrix.map((_, j) => sum(matrix.map((row) => row[j] as number)))
  return matrix.map((row) => row.map((value, j) => (totals[j] ? value / totals[j] : value)))
}

// The largest weight that at least the majority of stake gives, in the order of the sorted votes.
function median(stake: readonly number[], votes: readonly number[], majority: number): number {
  const sorted = stake.map((s, i) => ({ s, vote: votes[i] as number })).sort((a, b) => a.vote - b.vote)
  let below = 0
  for (const { s, vote } of sorted) {
    below += s
    if (below > 1 - majority) return vote
  }
  return sorted.at(-1)?.vote ?? 0
}

/** Computes an epoch in doubles. */
export function plainYuma(input: EpochInput): PlainYuma {
  const n = input.stake.length
  const uids = Array.from({ length: n }, (_, uid) => uid)
  const dense = (rows: EpochInput['weights']): Matrix =>
    uids.map((i) => uids.map((j) => (rows[i] ?? []).find(([target]) => target === j)?.[1] ?? 0))

  const owner = input.ownerUid
  const permit = uids.map((i) => i === owner || input.validatorPermit[i] === true)
  const rao = input.stake.map((bits) => Number(bits) / Number(I64F64.one))
  const stake = share(rao.map((s, i) => (i === owner || s >= Number(input.stakeThreshold) ? s : 0)))
  const active = uids.map((i) => (input.lastUpdate[i] as bigint) + input.activityCutoffBlocks >= input.currentBlock)
  const A = share(stake.map((s, i) => (active[i] && permit[i] ? s : 0)))

  const W = dense(input.weights)
    .map((row, i) =>
      row.map((w, j) => {
        const fresh = (input.lastUpdate[i] as bigint) > (input.blockAtRegistration[j] as bigint)
        return permit[i] && fresh && (i !== j || i === owner) ? w : 0
      }),
    )
    .map(share)

  const voters = uids.filter((i) => (A[i] as number) > 0)
  const votingStake = share(voters.map((i) => A[i] as number))
  const consensus = uids.map((j) => {
    const votes = voters.map((i) => (W[i] as number[])[j] as number)
    return voters.length === 0 ? 0 : median(votingStake, votes, input.kappa / 65535)
  })
  const C = W.map((row) => row.map((w, j) => Math.min(w, consensus[j] as number)))
  const incentive = share(uids.map((j) => sum(uids.map((i) => (A[i] as number) * ((C[i] as number[])[j] as number)))))

  const penalty = input.bondsPenalty / 65535
  const WB = W.map((row, i) => row.map((w, j) => w + penalty * (((C[i] as number[])[j] as number) - w)))
  const before = Number(input.currentBlock) - input.tempo
  const lastEpoch = input.lastMechanismStepBlock === 0n ? Math.max(before, 0) : Number(input.lastMechanismStepBlock) + 1
  const old = dense(input.bonds).map((row) => row.map((b, j) => (lastEpoch > Number(input.blockAtRegistration[j]) ? b : 0)))
  const alpha = 1 - Number(input.bondsMovingAverage) / 1e6
  const blend = (fresh: Matrix, past: Matrix) =>
    fresh.map((row, i) => row.map((b, j) => alpha * b + (1 - alpha) * ((past[i] as number[])[j] as number)))
  const earned = (bonds: Matrix) => bonds.map((row) => sum(row.map((b, j) => b * (incentive[j] as number))))
  const trust = C.map(sum)

  if (input.yumaVersion === 3) {
    const bonds = blend(
      WB,
      old.map((row) => row.map((b) => b / 65535)),
    )
    const t = earned(columnShare(bonds))
    return { consensus, incentive, trust, bonds, dividends: share(t.map((d, i) => d * (A[i] as number))) }
  }
  const delta = columnShare(WB.map((row, i) => row.map((w) => w * (A[i] as number))))
  const ema = columnShare(blend(delta, columnShare(old)))
  const peaks = uids.map((j) => Math.max(...ema.map((row) => row[j] as number)))
  const bonds = ema.map((row) => row.map((b, j) => (peaks[j] ? b / peaks[j] : 0)))
  return { consensus, incentive, trust, bonds, dividends: share(earned(ema)) }
}
