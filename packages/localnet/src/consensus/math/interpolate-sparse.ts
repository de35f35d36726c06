import { I32F32 } from '../fixed-point.js'
import type { SparseMatrix, SparseRow } from '../sparse-matrix.js'

/**
 * a + ratio · (b − a), cell by cell, keeping positive cells in the order of columns. Ratio 0 gives `a` and 1 gives `b`
 * unchanged.
 *
 * @param ratio - I32F32 bits.
 *
 * Source: subtensor `epoch/math.rs` `interpolate_sparse`, spec 425.
 */
export function interpolateSparse(options: {
  readonly a: SparseMatrix
  readonly b: SparseMatrix
  readonly columns: number
  readonly ratio: bigint
}): SparseMatrix {
  const { a, b, columns, ratio } = options
  if (ratio === 0n) return a
  if (ratio === I32F32.one || a.length !== b.length) return b
  return a.map((row, i) => interpolateRow(row, b[i] ?? [], columns, ratio))
}

function interpolateRow(a: SparseRow<bigint>, b: SparseRow<bigint>, columns: number, ratio: bigint): SparseRow<bigint> {
  // Where both are absent the result is 0, which is not kept: only the union of columns matters.
  const from = new Map(a)
  const to = new Map(b)
  return unionOfColumns(a, b, columns).flatMap((j) => {
    const start = from.get(j) ?? 0n
    const value = I32F32.add(start, I32F32.mul(ratio, I32F32.sub(to.get(j) ?? 0n, start)))
    return value > 0n ? [[j, value] as const] : []
  })
}

/** Ascending columns below `columns` that occur in either row. */
export function unionOfColumns(a: SparseRow<bigint>, b: SparseRow<bigint>, columns: number): number[] {
  const union = new Set<number>()
  for (const row of [a, b]) {
    for (const [j] of row) if (j < columns) union.add(j)
  }
  return [...union].sort((x, y) => x - y)
}
