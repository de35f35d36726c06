import type { SparseMatrix } from '../sparse-matrix.js'

/**
 * Limits each value to its column's threshold. A cell above a threshold that is not positive is removed.
 *
 * Source: subtensor `epoch/math.rs` `col_clip_sparse`, spec 425.
 */
export function colClipSparse(matrix: SparseMatrix, thresholds: readonly bigint[]): SparseMatrix {
  return matrix.map((row) =>
    row.flatMap((cell) => {
      const threshold = thresholds[cell[0]] ?? 0n
      if (threshold >= cell[1]) return [cell]
      return threshold > 0n ? [[cell[0], threshold] as const] : []
    }),
  )
}
