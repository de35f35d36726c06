import type { EpochInput } from './epoch-input.js'
import { I32F32 } from './fixed-point.js'
import { rowNormalizeSparse } from './math/row-normalize.js'
import { filterCells, mapCells, type SparseMatrix } from './sparse-matrix.js'

/**
 * The weights that count: those of permitted validators, without self-weights (but the owner's) and without weights set
 * before their target registered; each row normalised.
 *
 * @param permit - Who held a permit when the epoch began.
 *
 * Source: subtensor `epoch/run_epoch.rs` `epoch_mechanism`, its weights section, spec 425.
 */
export function epochWeights(input: EpochInput, permit: readonly boolean[]): SparseMatrix {
  const { blockAtRegistration, lastUpdate } = input
  const n = input.stake.length
  const ownerUid = input.rules === 'spec-143' ? undefined : input.ownerUid
  const commits = input.commitReveal?.earliestCommitBlock
  const rows = input.stake.map((_, uid) => input.weights[uid] ?? [])

  const kept = filterCells(rows, (target, uid) => {
    const registered = blockAtRegistration[target] ?? 0n
    const commit = commits?.[uid]
    return (
      target < n &&
      permit[uid] === true &&
      (target !== uid || uid === ownerUid) &&
      (lastUpdate[uid] ?? 0n) > registered &&
      // A commit made before the target registered was meant for the neuron that had the uid then.
      (commit === undefined || commit >= registered)
    )
  })
  return rowNormalizeSparse(mapCells(kept, (value) => I32F32.fromInt(value)))
}
