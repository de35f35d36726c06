import { I32F32 } from '../fixed-point.js'
import { mapCells, type SparseMatrix } from '../sparse-matrix.js'

/**
 * Divides each column by its largest value, so that the largest becomes 1. Columns from `columns` on, and those without
 * a positive value, are left as they are.
 *
 * Source: subtensor `epoch/math.rs` `inplace_col_max_upscale_sparse`, spec 425.
 */
export function colMaxUpscaleSparse(matrix: SparseMatrix, columns: number): SparseMatrix {
  const maxima = new Array<bigint>(columns).fill(0n)
  for (const row of matrix) {
    for (const [j, value] of row) {
      const max = maxima[j]
      if (max !== undefined && max < value) maxima[j] = value
    }
  }
  return mapCells(matrix, (value, j) => {
    const max = maxima[j] ?? 0n
    return max === 0n ? value : I32F32.safeDiv(value, max)
  })
}
