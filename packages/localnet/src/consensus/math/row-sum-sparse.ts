import { I32F32 } from '../fixed-point.js'
import type { SparseMatrix } from '../sparse-matrix.js'

/**
 * Sum of each row, I32F32 bits by uid.
 *
 * Source: subtensor `epoch/math.rs` `row_sum_sparse`, spec 425.
 */
export function rowSumSparse(matrix: SparseMatrix): bigint[] {
  return matrix.map((row) => I32F32.sum(row.map(([, value]) => value)))
}
