/** One row of a sparse matrix: cells of column (a uid) and value, in stored order. */
export type SparseRow<T> = readonly (readonly [column: number, value: T])[]

/** Rows by uid; values are I32F32 bits. */
export type SparseMatrix = readonly SparseRow<bigint>[]

/** Applies a function to every value, keeping the cells. */
export function mapCells<T, U>(matrix: readonly SparseRow<T>[], fn: (value: T, column: number, row: number) => U): SparseRow<U>[] {
  return matrix.map((row, i) => row.map(([j, value]) => [j, fn(value, j, i)] as const))
}

/** Keeps the cells that a predicate accepts. */
export function filterCells<T>(matrix: readonly SparseRow<T>[], keep: (column: number, row: number, value: T) => boolean): SparseRow<T>[] {
  return matrix.map((row, i) => row.filter(([j, value]) => keep(j, i, value)))
}
