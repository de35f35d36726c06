import { I32F32, I64F64 } from '../consensus/fixed-point.js'
import { colMaxUpscaleSparse } from '../consensus/math/col-max-upscale-sparse.js'
import { colNormalizeSparse } from '../consensus/math/col-normalize-sparse.js'
import { matmulSparse, matmulTransposeSparse } from '../consensus/math/matmul-sparse.js'
import { normalize } from '../consensus/math/normalize.js'
import { rowNormalize } from '../consensus/math/row-normalize.js'
import { rowHadamardSparse, vecMul } from '../consensus/math/vector-products.js'
import { weightedMedianColSparse } from '../consensus/math/weighted-median.js'
import { colClip, interpolate, maskCells, maskDiagonal, matEma, matEmaAlpha } from './dense-math.js'
import type { MathFunction } from './math-arguments.js'

const MATRIX = ['matrix', 'mat', 'x'] as const
const ALPHA = ['alpha', 'alphas'] as const

/**
 * The functions over dense matrices. Where a sparse form is exact for dense input too, it is the one that runs.
 *
 * Source: subtensor `epoch/math.rs`, spec 425.
 */
export const denseMathFunctions: Readonly<Record<string, MathFunction>> = {
  inplace_row_normalize: (args) => rowNormalize(args.matrix(MATRIX).dense),
  inplace_row_normalize_64: (args) => args.matrix(MATRIX, I64F64).dense.map((row) => (I64F64.sum(row) > 0n ? normalize(row, I64F64) : row)),
  inplace_col_normalize: (args) => {
    const { sparse, columns, toDense } = args.matrix(MATRIX)
    return toDense(colNormalizeSparse(sparse, columns))
  },
  inplace_col_max_upscale: (args) => {
    const { sparse, columns, toDense } = args.matrix(MATRIX)
    return toDense(colMaxUpscaleSparse(sparse, columns))
  },
  inplace_col_clip: (args) => colClip(args.matrix(MATRIX).dense, args.vector(['vector', 'col_threshold', 'threshold'])),
  inplace_mask_matrix: (args) => {
    const mask = args.booleanMatrix('mask')
    const { dense } = args.matrix(['matrix', 'mat', 'vector', 'x'])
    return (mask[0]?.length ?? 0) === 0 ? dense : maskCells(dense, (i, j) => mask[i]?.[j])
  },
  inplace_mask_rows: (args) => {
    const mask = args.input.booleans('mask')
    return maskCells(args.matrix(MATRIX).dense, (i) => mask[i])
  },
  inplace_mask_cols: (args) => {
    const mask = args.input.booleans('mask')
    return maskCells(args.matrix(MATRIX).dense, (_, j) => mask[j])
  },
  inplace_mask_diag: (args) => maskDiagonal(args.matrix(MATRIX).dense),
  inplace_mask_diag_except_index: (args) => maskDiagonal(args.matrix(MATRIX).dense, args.input.count('except_index')),
  row_sum: (args) => {
    const { dense, columns } = args.matrix(MATRIX)
    return columns === 0 ? [] : dense.map((row) => I32F32.sum(row))
  },
  row_hadamard: (args) => {
    const { sparse, dense, columns, toDense } = args.matrix(MATRIX)
    const vector = args.vector('vector')
    return columns === 0 ? [[]] : toDense(rowHadamardSparse(sparse, vector)).slice(0, Math.min(dense.length, vector.length))
  },
  matmul: (args) => {
    const { sparse, columns } = args.matrix(MATRIX)
    return matmulSparse(sparse, args.vector('vector'), columns)
  },
  matmul_transpose: (args) => {
    const { sparse, columns } = args.matrix(MATRIX)
    const vector = args.vector('vector')
    return columns === 0 ? [] : matmulTransposeSparse(sparse, vector)
  },
  mat_vec_mul: (args) => {
    const { dense, columns } = args.matrix(MATRIX)
    const vector = args.vector('vector')
    return columns === 0 ? [[]] : dense.map((row) => vecMul(row, vector))
  },
  weighted_median_col: (args) => {
    const { sparse, columns } = args.matrix(['weights', 'score', 'matrix'])
    return weightedMedianColSparse({ stake: args.vector('stake'), score: sparse, columns, majority: args.fixed(['majority', 'kappa']) })
  },
  interpolate: (args) => interpolate(args.matrix('mat1').dense, args.matrix('mat2').dense, args.fixed('ratio')),
  mat_ema: (args) => matEma(args.matrix('new').dense, args.matrix('old').dense, args.fixed('alpha')),
  mat_ema_alpha: (args) => {
    const newer = args.matrix('new').dense
    return matEmaAlpha(newer, args.matrix('old').dense, args.perCell(ALPHA, newer))
  },
}
