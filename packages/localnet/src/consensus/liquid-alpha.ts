import type { LiquidAlpha } from './epoch-input.js'
import { I32F32 } from './fixed-point.js'
import { expSafe } from './math/exp-safe.js'
import { u16ProportionToFixed } from './math/fixed-to-u16.js'
import { maxOf, minOf } from './min-max.js'
import type { SparseMatrix, SparseRow } from './sparse-matrix.js'

const HALF = I32F32.one / 2n
// The chain compares steepness with -100, so that 100 stands for 1.
const STEEPNESS_UNIT = I32F32.fromInt(-100)

/**
 * The speed of every bond: faster the farther a bought weight lies above consensus, or a sold bond above its weight.
 *
 * @returns Dense I32F32 bits: a row for each validator, a column for each element of `consensus`.
 *
 * Source: subtensor `epoch/run_epoch.rs` `compute_liquid_alpha_values_sparse`, `alpha_sigmoid`, spec 425.
 */
export function liquidAlphas(options: {
  readonly weights: SparseMatrix
  readonly bonds: SparseMatrix
  readonly consensus: readonly bigint[]
  readonly settings: LiquidAlpha
}): bigint[][] {
  const { weights, bonds, consensus, settings } = options
  const low = u16ProportionToFixed(settings.low)
  const high = u16ProportionToFixed(settings.high)
  const slope = I32F32.safeDiv(I32F32.fromInt(settings.steepness), STEEPNESS_UNIT)

  return weights.map((row, i) => {
    const weightAt = sortedReader(row)
    const bondAt = sortedReader(bonds[i] ?? [])
    return consensus.map((agreed, j) => {
      const weight = weightAt(j)
      const bond = bondAt(j)
      const gap = clamp(weight >= bond ? I32F32.sub(weight, agreed) : I32F32.sub(bond, weight), 0n, I32F32.one)
      const exponent = I32F32.mul(slope, I32F32.sub(gap, HALF))
      const sigmoid = I32F32.safeDiv(I32F32.one, I32F32.add(I32F32.one, expSafe(exponent)))
      const alpha = I32F32.add(low, I32F32.mul(sigmoid, I32F32.sub(high, low)))
      return clamp(alpha, low, high)
    })
  })
}

// Reads columns in ascending order. Like the chain's it takes rows for sorted: a cell behind a larger column is not seen.
function sortedReader(row: SparseRow<bigint>): (column: number) => bigint {
  let next = 0
  return (column) => {
    while (next < row.length && (row[next]?.[0] ?? 0) < column) next++
    const cell = row[next]
    return cell?.[0] === column ? cell[1] : 0n
  }
}

// Where low exceeds high, low wins, as on the chain.
function clamp(value: bigint, low: bigint, high: bigint): bigint {
  return maxOf(minOf(value, high), low)
}
