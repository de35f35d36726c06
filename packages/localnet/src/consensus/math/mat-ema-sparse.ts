import { I32F32 } from '../fixed-point.js'
import type { SparseMatrix, SparseRow } from '../sparse-matrix.js'

/**
 * Moving average of a square matrix, alpha · new + (1 − alpha) · old, keeping positive cells in the order of columns.
 * Columns from the number of rows on are dropped.
 *
 * @param alpha - I32F32 bits.
 *
 * Source: subtensor `epoch/math.rs` `mat_ema_sparse`, spec 425.
 */
export function matEmaSparse(newer: SparseMatrix, older: SparseMatrix, alpha: bigint): SparseMatrix {
  const rest = I32F32.sub(I32F32.one, alpha)
  const columns = newer.length
  return newer.map((row, i) => {
    const cells = new Map<number, bigint>()
    accumulate(cells, row, alpha, columns)
    accumulate(cells, older[i] ?? [], rest, columns)
    return [...cells].filter(([, value]) => value > 0n).sort(([x], [y]) => x - y)
  })
}

function accumulate(cells: Map<number, bigint>, row: SparseRow<bigint>, factor: bigint, columns: number): void {
  for (const [j, value] of row) {
    if (j < columns) cells.set(j, I32F32.add(cells.get(j) ?? 0n, I32F32.mul(factor, value)))
  }
}
