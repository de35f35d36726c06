import { I32F32 } from '../fixed-point.js'
import type { SparseMatrix } from '../sparse-matrix.js'

/**
 * Column sums weighted by row: result_j = Σ_i vector_i · matrix_ij, each product rounded down, in the order of rows.
 *
 * Source: subtensor `epoch/math.rs` `matmul_sparse`, spec 425.
 */
export function matmulSparse(matrix: SparseMatrix, vector: readonly bigint[], columns: number): bigint[] {
  const result = new Array<bigint>(columns).fill(0n)
  matrix.forEach((row, i) => {
    const scale = vector[i] ?? 0n
    for (const [j, value] of row) {
      const sum = result[j]
      if (sum !== undefined) result[j] = I32F32.add(sum, I32F32.mul(scale, value))
    }
  })
  return result
}

/**
 * Row sums weighted by column: result_i = Σ_j vector_j · matrix_ij, each product rounded down.
 *
 * Source: subtensor `epoch/math.rs` `matmul_transpose_sparse`, spec 425.
 */
export function matmulTransposeSparse(matrix: SparseMatrix, vector: readonly bigint[]): bigint[] {
  return matrix.map((row) => row.reduce((sum, [j, value]) => I32F32.add(sum, I32F32.mul(vector[j] ?? 0n, value)), 0n))
}
