import { TensorKitError } from '@tensorkit/core'
import { bondsYuma2, bondsYuma3 } from './bonds.js'
import { epochEmission } from './epoch-emission.js'
import type { EpochInput, EpochOutput } from './epoch-input.js'
import { epochStake } from './epoch-stake.js'
import { epochWeights } from './epoch-weights.js'
import { I32F32 } from './fixed-point.js'
import { colClipSparse } from './math/col-clip-sparse.js'
import { fixedProportionToU16, u16ProportionToFixed } from './math/fixed-to-u16.js'
import { interpolateSparse } from './math/interpolate-sparse.js'
import { matmulSparse } from './math/matmul-sparse.js'
import { normalize } from './math/normalize.js'
import { rowSumSparse } from './math/row-sum-sparse.js'
import { vecMaxUpscaleToU16 } from './math/upscale-u16.js'
import { vecDiv } from './math/vector-products.js'
import { weightedMedianColSparse } from './math/weighted-median.js'
import { mapCells } from './sparse-matrix.js'

/**
 * Runs one epoch of Yuma consensus, for one mechanism of a subnet: from stake, weights and bonds to incentive, dividends, permits and emission, in the
 * integers that the chain computes.
 *
 * A pure function: it reads nothing but its input and changes nothing.
 *
 * @returns Lists by uid, as long as `input.stake`.
 * @throws LOCALNET_NOT_MODELLED for Yuma3 or liquid alpha under the rules of spec 143.
 *
 * @example
 * ```ts
 * import { runEpoch, stakeWeight } from '@tensorkit/localnet/consensus'
 *
 * const stake = [1_000_000_000n, 0n].map((alpha) => stakeWeight({ alpha, tao: 0n, taoWeight: 0n }))
 * const { incentive, dividends } = runEpoch({
 *   yumaVersion: 3,
 *   currentBlock: 400n,
 *   tempo: 360,
 *   lastMechanismStepBlock: 0n,
 *   activityCutoffBlocks: 5000n,
 *   stake,
 *   stakeThreshold: 0n,
 *   lastUpdate: [390n, 10n],
 *   blockAtRegistration: [10n, 10n],
 *   validatorPermit: [true, false],
 *   weights: [[[1, 65535]], []],
 *   bonds: [[], []],
 *   kappa: 32767,
 *   bondsPenalty: 65535,
 *   bondsMovingAverage: 900_000n,
 *   maxAllowedValidators: 64,
 *   emission: 1_000_000_000n,
 * })
 * console.log(incentive, dividends) // [ 0, 65535 ] [ 65535, 0 ]
 * ```
 *
 * Source: subtensor `epoch/run_epoch.rs` `epoch_mechanism`, spec 425; with `rules: 'spec-143'` that of spec 143.
 */
export function runEpoch(input: EpochInput): EpochOutput {
  refuseUnmodelled(input)
  const n = input.stake.length
  const legacy = input.rules === 'spec-143'
  const { active, oldPermit, newPermit, stake, activeStake } = epochStake(input)
  const weights = epochWeights(input, oldPermit)

  const majority = u16ProportionToFixed(input.kappa)
  const consensus = weightedMedianColSparse({ stake: activeStake, score: weights, columns: n, majority })
  const clipped = colClipSparse(weights, consensus)
  const validatorTrust = rowSumSparse(clipped)
  const ranks = matmulSparse(clipped, activeStake, n)
  const incentive = normalize(ranks)

  const penalty = legacy ? I32F32.one : u16ProportionToFixed(input.bondsPenalty)
  const weightsForBonds = interpolateSparse({ a: weights, b: clipped, columns: n, ratio: penalty })
  const computeBonds = input.yumaVersion === 3 ? bondsYuma3 : bondsYuma2
  const { bonds, dividends } = computeBonds({ epoch: input, weights: weightsForBonds, consensus, incentive, activeStake })
  const emission = epochEmission({ incentive, dividends, stake, activeStake, emission: input.emission })

  const storedBonds = mapCells(bonds, fixedProportionToU16)
  const output: EpochOutput = {
    active,
    consensus: consensus.map(fixedProportionToU16),
    incentive: incentive.map(fixedProportionToU16),
    dividends: dividends.map(fixedProportionToU16),
    validatorTrust: validatorTrust.map(fixedProportionToU16),
    stakeWeight: stake.map(fixedProportionToU16),
    validatorPermit: newPermit,
    emission: emission.combined,
    serverEmission: emission.server,
    validatorEmission: emission.validator,
    bonds: storedBonds.map((row, uid) => {
      if (newPermit[uid]) return row
      // Spec 143 writes nothing for a neuron that neither had nor gets a permit.
      return legacy && !oldPermit[uid] ? (input.bonds[uid] ?? []) : []
    }),
  }
  if (!legacy) return output
  const preranks = matmulSparse(weights, activeStake, n)
  return {
    ...output,
    legacy: {
      rank: output.incentive,
      trust: vecDiv(ranks, preranks).map(fixedProportionToU16),
      pruningScores: vecMaxUpscaleToU16(emission.combinedShare),
    },
  }
}

function refuseUnmodelled(input: EpochInput): void {
  if (input.rules === 'spec-143' && input.yumaVersion === 3) {
    throw new TensorKitError('LOCALNET_NOT_MODELLED', 'Spec 143 knows no Yuma3', { facts: { yumaVersion: 3 } })
  }
  // It did know a liquid alpha, by another formula.
  if (input.rules === 'spec-143' && input.liquidAlpha) {
    throw new TensorKitError('LOCALNET_NOT_MODELLED', 'The liquid alpha of spec 143 is not modelled')
  }
}
