import { I32F32 } from '../fixed-point.js'
import { mapCells, type SparseMatrix } from '../sparse-matrix.js'

/**
 * Divides each column by its sum, where that is not 0. Columns from `columns` on are left as they are.
 *
 * Source: subtensor `epoch/math.rs` `inplace_col_normalize_sparse`, spec 425.
 */
export function colNormalizeSparse(matrix: SparseMatrix, columns: number): SparseMatrix {
  const sums = new Array<bigint>(columns).fill(0n)
  for (const row of matrix) {
    for (const [j, value] of row) {
      const sum = sums[j]
      if (sum !== undefined) sums[j] = I32F32.add(sum, value)
    }
  }
  return mapCells(matrix, (value, j) => {
    const sum = sums[j] ?? 0n
    return sum === 0n ? value : I32F32.safeDiv(value, sum)
  })
}
