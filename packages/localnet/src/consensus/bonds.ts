import type { EpochInput } from './epoch-input.js'
import { I32F32, I64F64 } from './fixed-point.js'
import { liquidAlphas } from './liquid-alpha.js'
import { colMaxUpscaleSparse } from './math/col-max-upscale-sparse.js'
import { colNormalizeSparse } from './math/col-normalize-sparse.js'
import { u16ProportionToFixed } from './math/fixed-to-u16.js'
import { matEmaAlphaSparse } from './math/mat-ema-alpha-sparse.js'
import { matEmaSparse } from './math/mat-ema-sparse.js'
import { matmulTransposeSparse } from './math/matmul-sparse.js'
import { normalize } from './math/normalize.js'
import { rowHadamardSparse, vecMul } from './math/vector-products.js'
import { filterCells, mapCells, type SparseMatrix, type SparseRow } from './sparse-matrix.js'

/** What bonds are computed from; numbers are I32F32 bits by uid. */
export interface BondsInput {
  readonly epoch: EpochInput
  /** Weights, less the penalty for weight above consensus. */
  readonly weights: SparseMatrix
  readonly consensus: readonly bigint[]
  readonly incentive: readonly bigint[]
  readonly activeStake: readonly bigint[]
}

/** New bonds and what they earn. */
export interface BondsResult {
  /** Bonds to store, I32F32 bits. */
  readonly bonds: SparseMatrix
  /** Normalised dividends, I32F32 bits by uid. */
  readonly dividends: readonly bigint[]
}

/**
 * Bonds and dividends of Yuma2: bonds are shares of a column, stored scaled to its largest.
 *
 * Source: subtensor `epoch/run_epoch.rs` `epoch_mechanism` with `Yuma3On` off, spec 425.
 */
export function bondsYuma2(input: BondsInput): BondsResult {
  const { epoch, incentive } = input
  const n = epoch.stake.length
  const old = colNormalizeSparse(
    mapCells(currentBonds(epoch), (value) => I32F32.fromInt(value)),
    n,
  )
  const delta = colNormalizeSparse(rowHadamardSparse(input.weights, input.activeStake), n)
  const ema = colNormalizeSparse(matEmaSparse(delta, old, bondsAlpha(epoch)), n)
  return { bonds: colMaxUpscaleSparse(ema, n), dividends: normalize(matmulTransposeSparse(ema, incentive)) }
}

/**
 * Bonds and dividends of Yuma3: each bond follows its weight by itself, and stake enters the dividends alone.
 *
 * Source: subtensor `epoch/run_epoch.rs` `epoch_mechanism` with `Yuma3On`, `compute_bonds_sparse`, spec 425.
 */
export function bondsYuma3(input: BondsInput): BondsResult {
  const { epoch, weights, consensus, incentive } = input
  const old = mapCells(currentBonds(epoch), u16ProportionToFixed)
  const { liquidAlpha } = epoch
  const ema =
    liquidAlpha && consensus.some((value) => value !== 0n)
      ? matEmaAlphaSparse(weights, old, liquidAlphas({ weights, bonds: old, consensus, settings: liquidAlpha }))
      : matEmaSparse(weights, old, bondsAlpha(epoch))
  const shares = colNormalizeSparse(ema, epoch.stake.length)
  const earned = matmulTransposeSparse(shares, incentive)
  return { bonds: ema, dividends: normalize(vecMul(earned, input.activeStake)) }
}

// Stored bonds without those whose target registered since the last epoch.
function currentBonds(epoch: EpochInput): readonly SparseRow<number>[] {
  const { blockAtRegistration, lastUpdate, lastMechanismStepBlock } = epoch
  const rows = epoch.stake.map((_, uid) => epoch.bonds[uid] ?? [])
  if (epoch.rules === 'spec-143') {
    return filterCells(rows, (target, uid) => (lastUpdate[uid] ?? 0n) > (blockAtRegistration[target] ?? 0n))
  }
  const before = epoch.currentBlock - BigInt(epoch.tempo)
  const lastTempo = lastMechanismStepBlock === 0n ? (before > 0n ? before : 0n) : lastMechanismStepBlock + 1n
  return filterCells(rows, (target) => lastTempo > (blockAtRegistration[target] ?? 0n))
}

// Weight of the new bonds, I32F32 bits.
function bondsAlpha(epoch: EpochInput): bigint {
  const average = I64F64.safeDiv(I64F64.fromInt(epoch.bondsMovingAverage), I64F64.fromInt(1_000_000))
  return I32F32.sub(I32F32.one, I32F32.from(average, I64F64))
}
