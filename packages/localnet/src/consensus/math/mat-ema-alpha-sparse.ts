import { I32F32 } from '../fixed-point.js'
import { maxOf, minOf } from '../min-max.js'
import type { SparseMatrix } from '../sparse-matrix.js'

/**
 * Moving average with an own alpha for every cell, limited to 1.
 *
 * Only cells of `newer` survive: an old bond whose weight is absent, and not merely 0, is dropped.
 *
 * @param alpha - Dense I32F32 bits, a row for each row of `newer`.
 * @returns Positive cells in the order of `newer`; `newer` itself where the shapes differ.
 *
 * Source: subtensor `epoch/math.rs` `mat_ema_alpha_sparse`, spec 425.
 */
export function matEmaAlphaSparse(newer: SparseMatrix, older: SparseMatrix, alpha: readonly (readonly bigint[])[]): SparseMatrix {
  if (newer.length !== older.length || newer.length !== alpha.length) return newer
  return newer.map((row, i) => {
    const alphas = alpha[i] ?? []
    const decayed = new Map<number, bigint>()
    for (const [j, value] of older[i] ?? []) {
      const a = alphas[j]
      if (a !== undefined) decayed.set(j, I32F32.mul(I32F32.sub(I32F32.one, a), value))
    }
    return row.flatMap(([j, value]) => {
      const a = alphas[j]
      if (a === undefined) return []
      const bought = maxOf(I32F32.mul(a, value), 0n)
      const limited = minOf(I32F32.add(decayed.get(j) ?? 0n, bought), I32F32.one)
      return limited > 0n ? [[j, limited] as const] : []
    })
  })
}
