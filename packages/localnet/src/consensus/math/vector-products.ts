import { I32F32 } from '../fixed-point.js'
import { mapCells, type SparseMatrix } from '../sparse-matrix.js'

/**
 * Element-wise quotient; 0 where the divisor is 0 or absent.
 *
 * Source: subtensor `epoch/math.rs` `vecdiv`, spec 425.
 */
export function vecDiv(x: readonly bigint[], y: readonly bigint[]): bigint[] {
  return x.map((value, i) => I32F32.safeDiv(value, y[i] ?? 0n))
}

/**
 * Element-wise product as long as the shorter input; 0 where a product overflows.
 *
 * Source: subtensor `epoch/math.rs` `vec_mul`, spec 425.
 */
export function vecMul(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  const length = Math.min(a.length, b.length)
  return Array.from({ length }, (_, i) => I32F32.mulOrZero(a[i] ?? 0n, b[i] ?? 0n))
}

/**
 * Multiplies each row by its vector element.
 *
 * Source: subtensor `epoch/math.rs` `row_hadamard_sparse`, spec 425.
 */
export function rowHadamardSparse(matrix: SparseMatrix, vector: readonly bigint[]): SparseMatrix {
  return mapCells(matrix, (value, _j, i) => I32F32.mul(value, vector[i] ?? 0n))
}

/**
 * Multiplies each cell by its column's vector element; cells that become 0, or whose column has none, are removed.
 *
 * Source: subtensor `epoch/math.rs` `mat_vec_mul_sparse`, spec 425.
 */
export function matVecMulSparse(matrix: SparseMatrix, vector: readonly bigint[]): SparseMatrix {
  return matrix.map((row) =>
    row.flatMap(([j, value]) => {
      const product = I32F32.mul(value, vector[j] ?? 0n)
      return product === 0n ? [] : [[j, product] as const]
    }),
  )
}
