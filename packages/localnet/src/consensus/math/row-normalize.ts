import { I32F32 } from '../fixed-point.js'
import type { SparseMatrix } from '../sparse-matrix.js'

/**
 * Divides each row of a dense I32F32 matrix by its sum, where that is positive.
 *
 * Source: subtensor `epoch/math.rs` `inplace_row_normalize`, spec 425.
 */
export function rowNormalize(matrix: readonly (readonly bigint[])[]): bigint[][] {
  return matrix.map((row) => {
    const sum = I32F32.sum(row)
    return sum > 0n ? row.map((value) => I32F32.safeDiv(value, sum)) : [...row]
  })
}

/**
 * Divides each row of a sparse matrix by its sum, where that is positive.
 *
 * Source: subtensor `epoch/math.rs` `inplace_row_normalize_sparse`, spec 425.
 */
export function rowNormalizeSparse(matrix: SparseMatrix): SparseMatrix {
  return matrix.map((row) => {
    const sum = I32F32.sum(row.map(([, value]) => value))
    return sum > 0n ? row.map(([j, value]) => [j, I32F32.safeDiv(value, sum)] as const) : row
  })
}
