import { colClipSparse } from '../consensus/math/col-clip-sparse.js'
import { colMaxUpscaleSparse } from '../consensus/math/col-max-upscale-sparse.js'
import { colNormalizeSparse } from '../consensus/math/col-normalize-sparse.js'
import { interpolateSparse } from '../consensus/math/interpolate-sparse.js'
import { matEmaAlphaSparse } from '../consensus/math/mat-ema-alpha-sparse.js'
import { matEmaSparse } from '../consensus/math/mat-ema-sparse.js'
import { matmulSparse, matmulTransposeSparse } from '../consensus/math/matmul-sparse.js'
import { rowNormalizeSparse } from '../consensus/math/row-normalize.js'
import { rowSumSparse } from '../consensus/math/row-sum-sparse.js'
import { matVecMulSparse, rowHadamardSparse } from '../consensus/math/vector-products.js'
import { weightedMedianColSparse } from '../consensus/math/weighted-median.js'
import { filterCells } from '../consensus/sparse-matrix.js'
import type { MathArguments, MathFunction } from './math-arguments.js'
import { VectorFault } from './vector-reader.js'

const MATRIX = ['matrix', 'sparse_matrix', 'mat', 'x'] as const
const ALPHA = ['alpha', 'alphas'] as const

/**
 * The functions over sparse matrices. Vectors give and expect dense forms; cells of 0 are not in the sparse ones.
 *
 * Source: subtensor `epoch/math.rs`, spec 425.
 */
export const sparseMathFunctions: Readonly<Record<string, MathFunction>> = {
  inplace_row_normalize_sparse: (args) => {
    const { sparse, toDense } = args.matrix(MATRIX)
    return toDense(rowNormalizeSparse(sparse))
  },
  inplace_col_normalize_sparse: (args) => {
    const { sparse, columns, toDense } = args.matrix(MATRIX)
    return toDense(colNormalizeSparse(sparse, args.input.count('columns', columns)))
  },
  inplace_col_max_upscale_sparse: (args) => {
    const { sparse, columns, toDense } = args.matrix(MATRIX)
    return toDense(colMaxUpscaleSparse(sparse, args.input.count('columns', columns)))
  },
  col_clip_sparse: (args) => {
    const { sparse, toDense } = args.matrix(MATRIX)
    return toDense(colClipSparse(sparse, args.vector(['vector', 'col_threshold', 'threshold'])))
  },
  mask_rows_sparse: (args) => {
    const { sparse, toDense } = args.matrix(MATRIX)
    const mask = args.input.booleans('mask')
    return toDense(filterCells(sparse, (_, row) => mask[row] === false))
  },
  mask_diag_sparse: (args) => {
    const { sparse, toDense } = args.matrix(MATRIX)
    return toDense(filterCells(sparse, (column, row) => column !== row))
  },
  mask_diag_sparse_except_index: (args) => {
    const { sparse, toDense } = args.matrix(MATRIX)
    const except = args.input.count('except_index')
    return toDense(filterCells(sparse, (column, row) => column !== row || row === except))
  },
  vec_mask_sparse_matrix: (args) => {
    const { sparse, toDense } = args.matrix(MATRIX)
    const first = args.input.integers('first_vector')
    const second = args.input.integers('second_vector')
    const masks = readMask(args)
    return toDense(filterCells(sparse, (column, row) => !masks(first[row] ?? 0n, second[column] ?? 0n)))
  },
  scalar_vec_mask_sparse_matrix: (args) => {
    const { sparse, toDense } = args.matrix(MATRIX)
    const scalar = args.input.integer('scalar')
    const vector = args.input.integers('vector')
    const masks = readMask(args)
    return toDense(filterCells(sparse, (column) => !masks(scalar, vector[column] ?? 0n)))
  },
  row_sum_sparse: (args) => rowSumSparse(args.matrix(MATRIX).sparse),
  row_hadamard_sparse: (args) => {
    const { sparse, toDense } = args.matrix(MATRIX)
    const vector = args.vector('vector')
    return toDense(rowHadamardSparse(sparse.slice(0, vector.length), vector))
  },
  mat_vec_mul_sparse: (args) => {
    const { sparse, toDense } = args.matrix(MATRIX)
    return toDense(matVecMulSparse(sparse, args.vector('vector')))
  },
  interpolate_sparse: (args) => {
    const a = args.matrix('mat1')
    const b = args.matrix('mat2')
    const columns = args.input.count('columns', a.columns)
    return a.toDense(interpolateSparse({ a: a.sparse, b: b.sparse, columns, ratio: args.fixed('ratio') }))
  },
  mat_ema_sparse: (args) => {
    const newer = args.matrix('new')
    return newer.toDense(matEmaSparse(newer.sparse, args.matrix('old').sparse, args.fixed('alpha')))
  },
  mat_ema_alpha_sparse: (args) => {
    const newer = args.matrix('new')
    return newer.toDense(matEmaAlphaSparse(newer.sparse, args.matrix('old').sparse, args.perCell(ALPHA, newer.dense)))
  },
  matmul_sparse: (args) => {
    const { sparse, columns } = args.matrix(MATRIX)
    return matmulSparse(sparse, args.vector('vector'), args.input.count('columns', columns))
  },
  matmul_transpose_sparse: (args) => matmulTransposeSparse(args.matrix(MATRIX).sparse, args.vector('vector')),
  weighted_median_col_sparse: (args) => {
    const { sparse, columns } = args.matrix(['weights', 'score', 'matrix'])
    return weightedMedianColSparse({
      stake: args.vector('stake'),
      score: sparse,
      columns: args.input.count('columns', columns),
      majority: args.fixed(['majority', 'kappa']),
    })
  },
}

const COMPARISONS: ReadonlyMap<string, (a: bigint, b: bigint) => boolean> = new Map([
  ['==', (a: bigint, b: bigint) => a === b],
  ['<', (a: bigint, b: bigint) => a < b],
  ['<=', (a: bigint, b: bigint) => a <= b],
  ['>', (a: bigint, b: bigint) => a > b],
  ['>=', (a: bigint, b: bigint) => a >= b],
])

// A comparison such as "a < b", with whatever names the source gave to its sides, or the bare operator.
function readMask(args: MathArguments): (a: bigint, b: bigint) => boolean {
  const text = args.input.string('mask_fn')
  const operator = /^(?:\|\w+,\s*\w+\|\s*)?(?:\w+\s*)?(==|<=|>=|<|>)(?:\s*\w+)?$/.exec(text.trim())?.[1]
  const comparison = COMPARISONS.get(operator ?? '')
  if (!comparison) throw new VectorFault(`field "mask_fn" is no comparison: "${text}"`)
  return comparison
}
