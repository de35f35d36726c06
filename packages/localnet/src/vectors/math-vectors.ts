import { I32F32 } from '../consensus/fixed-point.js'
import { checkVecMaxLimited } from '../consensus/math/check-vec-max-limited.js'
import { colClipSparse } from '../consensus/math/col-clip-sparse.js'
import { colMaxUpscaleSparse } from '../consensus/math/col-max-upscale-sparse.js'
import { colNormalizeSparse } from '../consensus/math/col-normalize-sparse.js'
import { expSafe } from '../consensus/math/exp-safe.js'
import { fixedProportionToU16, u16ProportionToFixed } from '../consensus/math/fixed-to-u16.js'
import { interpolateSparse } from '../consensus/math/interpolate-sparse.js'
import { matEmaAlphaSparse } from '../consensus/math/mat-ema-alpha-sparse.js'
import { matEmaSparse } from '../consensus/math/mat-ema-sparse.js'
import { matmulSparse, matmulTransposeSparse } from '../consensus/math/matmul-sparse.js'
import { normalize } from '../consensus/math/normalize.js'
import { rowNormalize, rowNormalizeSparse } from '../consensus/math/row-normalize.js'
import { rowSumSparse } from '../consensus/math/row-sum-sparse.js'
import { sigmoidSafe } from '../consensus/math/sigmoid-safe.js'
import { isTopK, isTopKNonzero } from '../consensus/math/topk.js'
import { vecMaxUpscaleToU16, vecU16MaxUpscaleToU16 } from '../consensus/math/upscale-u16.js'
import { vecDiv, vecMul } from '../consensus/math/vector-products.js'
import { weightedMedian, weightedMedianColSparse } from '../consensus/math/weighted-median.js'
import { type Comparable, compare, type Mismatch } from './compare.js'
import { type FloatWidth, MathArguments } from './math-arguments.js'
import { VectorFault, type VectorReader } from './vector-reader.js'

type MathFunction = (args: MathArguments) => Comparable

/** Each function that a `math` vector can name. */
const functions = new Map<string, MathFunction>(
  Object.entries<MathFunction>({
    check_vec_max_limited: (args) => checkVecMaxLimited(args.input.u16s('vector'), args.input.count('max_limit')),
    exp_safe: (args) => args.each('x', expSafe),
    fixed_proportion_to_u16: (args) => args.each('x', fixedProportionToU16),
    fixed_to_u16: (args) => args.each('x', I32F32.toU16),
    fixed_to_u64: (args) => args.each('x', I32F32.toU64),
    u16_proportion_to_fixed: (args) => u16ProportionToFixed(args.input.count('x')),
    inplace_normalize: (args) => normalize(args.vector('vector')),
    normalize: (args) => normalize(args.vector('vector')),
    inplace_row_normalize: (args) => rowNormalize(args.matrix('matrix').dense),
    inplace_row_normalize_sparse: (args) => {
      const { sparse, toDense } = args.matrix('matrix')
      return toDense(rowNormalizeSparse(sparse))
    },
    inplace_col_normalize_sparse: (args) => {
      const { sparse, columns, toDense } = args.matrix('matrix')
      return toDense(colNormalizeSparse(sparse, columns))
    },
    inplace_col_max_upscale_sparse: (args) => {
      const { sparse, columns, toDense } = args.matrix('matrix')
      return toDense(colMaxUpscaleSparse(sparse, columns))
    },
    col_clip_sparse: (args) => {
      const { sparse, toDense } = args.matrix('matrix')
      return toDense(colClipSparse(sparse, args.vector('vector')))
    },
    row_sum_sparse: (args) => rowSumSparse(args.matrix('matrix').sparse),
    interpolate_sparse: (args) => {
      const a = args.matrix('mat1')
      const b = args.matrix('mat2')
      return a.toDense(interpolateSparse({ a: a.sparse, b: b.sparse, columns: a.columns, ratio: args.fixed('ratio') }))
    },
    is_topk: (args) => isTopK(args.vector('vector'), args.input.count('k')),
    is_topk_nonzero: (args) => isTopKNonzero(args.vector('vector'), args.input.count('k')),
    mat_ema_sparse: (args) => {
      const newer = args.matrix('new')
      return newer.toDense(matEmaSparse(newer.sparse, args.matrix('old').sparse, args.fixed('alpha')))
    },
    mat_ema_alpha_sparse: (args) => {
      const newer = args.matrix('new')
      const alphas = Array.isArray(args.input.raw('alpha'))
        ? args.matrix('alpha').dense
        : newer.dense.map((row) => row.map(() => args.fixed('alpha')))
      return newer.toDense(matEmaAlphaSparse(newer.sparse, args.matrix('old').sparse, alphas))
    },
    matmul_sparse: (args) => {
      const { sparse, columns } = args.matrix('matrix')
      return matmulSparse(sparse, args.vector('vector'), columns)
    },
    matmul_transpose_sparse: (args) => matmulTransposeSparse(args.matrix('matrix').sparse, args.vector('vector')),
    sigmoid_safe: (args) => args.each('x', (x) => sigmoidSafe(x, args.fixed('rho'), args.fixed('kappa'))),
    vec_max_upscale_to_u16: (args) => vecMaxUpscaleToU16(args.vector('vector')),
    vec_u16_max_upscale_to_u16: (args) => vecU16MaxUpscaleToU16(args.input.u16s('vector')),
    vec_mul: (args) => vecMul(args.vector('x'), args.vector('y')),
    vecdiv: (args) => vecDiv(args.vector('x'), args.vector('y')),
    weighted_median: (args) =>
      weightedMedian({
        stake: args.vector('stake'),
        score: args.vector('score'),
        minority: args.fixed('minority'),
        low: args.fixed('lo'),
        high: args.fixed('hi'),
        ...(args.input.has('partition_idx') ? { indices: args.input.u16s('partition_idx') } : {}),
      }),
    weighted_median_col_sparse: (args) => {
      const { sparse, columns } = args.matrix('weights')
      return weightedMedianColSparse({ stake: args.vector('stake'), score: sparse, columns, majority: args.fixed('majority') })
    },
  }),
)

// The file gives decimals, but not whether the source test wrote them as f32, as most do, or as f64. Only one of the two
// can give the exact bits.
const WIDTHS: readonly FloatWidth[] = ['f32', 'f64']

/**
 * Runs one vector of the `math` section: `exact` must be met to the bit, `expected` within `epsilon_bits`.
 *
 * @throws VectorFault for an unknown function or a malformed entry.
 */
export function runMathVector(entry: VectorReader, input: VectorReader): Mismatch[] {
  const name = entry.string('fn')
  // A suffix in the name says what the source test was about; the function is the same.
  const run = functions.get(name) ?? functions.get(name.replace(/_saturates$/, ''))
  if (!run) throw new VectorFault(`unknown function "${name}"`)
  if (!entry.has('exact') && !entry.has('expected')) throw new VectorFault('nothing is expected')
  const attempts = WIDTHS.map((width) => check(entry, run(new MathArguments(input, width))))
  return attempts.find((mismatches) => mismatches.length === 0) ?? attempts[0] ?? []
}

function check(entry: VectorReader, got: Comparable): Mismatch[] {
  const tolerance = entry.integer('epsilon_bits', 0n)
  return [
    ...(entry.has('exact') ? compare({ field: 'exact', expected: entry.raw('exact'), got }) : []),
    ...(entry.has('expected') ? compare({ field: 'expected', expected: entry.raw('expected'), got, tolerance }) : []),
  ]
}
