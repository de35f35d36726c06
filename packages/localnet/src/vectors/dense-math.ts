import { I32F32 } from '../consensus/fixed-point.js'
import { maxOf, minOf } from '../consensus/min-max.js'

type Matrix = readonly (readonly bigint[])[]

/**
 * alpha · new + (1 − alpha) · old, cell by cell.
 *
 * Source: subtensor `epoch/math.rs` `mat_ema`, spec 425.
 */
export function matEma(newer: Matrix, older: Matrix, alpha: bigint): bigint[][] {
  if (isEmpty(newer)) return [[]]
  const rest = I32F32.sub(I32F32.one, alpha)
  return zip(newer, older).map(([a, b]) => zip(a, b).map(([x, y]) => I32F32.add(I32F32.mul(alpha, x), I32F32.mul(rest, y))))
}

/**
 * Moving average with an own alpha for every cell, limited to 1. Unlike the sparse form it keeps old cells whose new value
 * is 0. Where numbers of rows differ the result is `older`, where lengths of rows differ it is `newer`.
 *
 * Source: subtensor `epoch/math.rs` `mat_ema_alpha`, spec 425.
 */
export function matEmaAlpha(newer: Matrix, older: Matrix, alpha: Matrix): Matrix {
  if (isEmpty(newer)) return [[]]
  if (newer.length !== older.length || newer.length !== alpha.length) return older
  if (newer.some((row, i) => row.length !== older[i]?.length || row.length !== alpha[i]?.length)) return newer
  return newer.map((row, i) =>
    row.map((value, j) => {
      const a = alpha[i]?.[j] ?? 0n
      const decayed = I32F32.mul(I32F32.sub(I32F32.one, a), older[i]?.[j] ?? 0n)
      return minOf(I32F32.add(decayed, maxOf(I32F32.mul(a, value), 0n)), I32F32.one)
    }),
  )
}

/**
 * a + ratio · (b − a), cell by cell, in the shape of `a`. Ratio 0 gives `a` and 1 gives `b` unchanged.
 *
 * Source: subtensor `epoch/math.rs` `interpolate`, spec 425.
 */
export function interpolate(a: Matrix, b: Matrix, ratio: bigint): Matrix {
  if (ratio === 0n) return a
  if (ratio === I32F32.one) return b
  if (isEmpty(a)) return [[]]
  return a.map((row, i) =>
    row.map((from, j) => {
      const to = b[i]?.[j]
      return to === undefined ? 0n : I32F32.add(from, I32F32.mul(ratio, I32F32.sub(to, from)))
    }),
  )
}

/**
 * Limits each value to its column's threshold, where there is one.
 *
 * Source: subtensor `epoch/math.rs` `inplace_col_clip`, spec 425.
 */
export function colClip(matrix: Matrix, thresholds: readonly bigint[]): bigint[][] {
  return matrix.map((row) => row.map((value, j) => minOf(thresholds[j] ?? value, value)))
}

/**
 * Sets the cells to 0 for which `masked` says so; what it does not know counts as masked.
 *
 * Source: subtensor `epoch/math.rs` `inplace_mask_matrix`, `inplace_mask_rows`, `inplace_mask_cols`, spec 425.
 */
export function maskCells(matrix: Matrix, masked: (row: number, column: number) => boolean | undefined): bigint[][] {
  return matrix.map((row, i) => row.map((value, j) => ((masked(i, j) ?? true) ? 0n : value)))
}

/**
 * Sets the diagonal of a square matrix to 0, but for one index; a matrix that is not square stays as it is.
 *
 * Source: subtensor `epoch/math.rs` `inplace_mask_diag`, `inplace_mask_diag_except_index`, spec 425.
 */
export function maskDiagonal(matrix: Matrix, exceptIndex?: number): Matrix {
  if (matrix.length !== matrix[0]?.length) return matrix
  return maskCells(matrix, (i, j) => i === j && i !== exceptIndex)
}

function isEmpty(matrix: Matrix): boolean {
  return (matrix[0]?.length ?? 0) === 0
}

// As long as the shorter of the two.
function zip<T, U>(a: readonly T[], b: readonly U[]): (readonly [T, U])[] {
  return a.slice(0, b.length).map((value, i) => [value, b[i] as U] as const)
}
