import { I32F32, I64F64 } from '../consensus/fixed-point.js'
import { checkVecMaxLimited } from '../consensus/math/check-vec-max-limited.js'
import { expSafe } from '../consensus/math/exp-safe.js'
import { fixedProportionToU16, u16ProportionToFixed } from '../consensus/math/fixed-to-u16.js'
import { normalize, normalizeUsingSum } from '../consensus/math/normalize.js'
import { sigmoidSafe } from '../consensus/math/sigmoid-safe.js'
import { isTopK, isTopKNonzero } from '../consensus/math/topk.js'
import { vecMaxUpscaleToU16, vecU16MaxUpscaleToU16 } from '../consensus/math/upscale-u16.js'
import { vecDiv, vecMul } from '../consensus/math/vector-products.js'
import { weightedMedian } from '../consensus/math/weighted-median.js'
import { maxOf, minOf } from '../consensus/min-max.js'
import type { MathFunction } from './math-arguments.js'

const VALUE = ['x', 'value', 'input', 'vector', 'vec'] as const
const VECTOR = ['vector', 'x', 'vec', 'input'] as const
const U16_MAX = I32F32.fromInt(0xffff)
const U64_MAX = (1n << 64n) - 1n

const fixed64ToU64: MathFunction = (args) => args.each(VALUE, I64F64.toU64, I64F64)
const fixed64ToFixed32: MathFunction = (args) => args.each(VALUE, (bits) => I32F32.from(bits, I64F64), I64F64)
const fixed32ToFixed64: MathFunction = (args) => args.each(VALUE, (bits) => I64F64.from(bits, I32F32))
const fixedToU64: MathFunction = (args) => args.each(VALUE, I32F32.toU64)
const proportionToU16: MathFunction = (args) => args.each(VALUE, fixedProportionToU16)

/**
 * The functions over numbers and vectors.
 *
 * Source: subtensor `epoch/math.rs`, spec 425.
 */
export const vectorMathFunctions: Readonly<Record<string, MathFunction>> = {
  fixed: (args) => args.each(VALUE, (bits) => bits),
  fixed_to_u16: (args) => args.each(VALUE, I32F32.toU16),
  fixed_to_u64: fixedToU64,
  vec_fixed32_to_u64: fixedToU64,
  fixed64_to_u64: fixed64ToU64,
  vec_fixed64_to_u64: fixed64ToU64,
  fixed64_to_fixed32: fixed64ToFixed32,
  vec_fixed64_to_fixed32: fixed64ToFixed32,
  fixed32_to_fixed64: fixed32ToFixed64,
  vec_fixed32_to_fixed64: fixed32ToFixed64,
  u16_to_fixed: (args) => args.eachU16(args.name(...VALUE), I32F32.fromInt),
  u16_proportion_to_fixed: (args) => args.eachU16(args.name(...VALUE), u16ProportionToFixed),
  fixed_to_fixed_u16_proportion: (args) => args.each(VALUE, (bits) => I32F32.safeDiv(bits, U16_MAX)),
  fixed_proportion_to_u16: proportionToU16,
  vec_fixed_proportions_to_u16: proportionToU16,
  check_vec_max_limited: (args) => checkVecMaxLimited(args.input.u16s(args.name(...VECTOR)), args.input.count('max_limit')),
  exp_safe: (args) => args.each(VALUE, expSafe),
  sigmoid_safe: (args) => args.each(VALUE, (x) => sigmoidSafe(x, args.fixed('rho'), args.fixed('kappa'))),
  clamp_value: (args) => {
    const low = args.fixed('low')
    const high = args.fixed('high')
    return args.each(VALUE, (bits) => maxOf(minOf(bits, high), low))
  },
  sum: (args) => I32F32.sum(args.vector(VECTOR)),
  // The type is not given: of those that the chain sums, u64 is the largest that can overflow in a vector.
  checked_sum: (args) => {
    const total = args.input.integers(args.name(...VECTOR)).reduce((sum, value) => sum + value, 0n)
    return total > U64_MAX ? null : total
  },
  is_zero: (args) => I32F32.sum(args.vector(VECTOR)) === 0n,
  normalize: (args) => normalize(args.vector(VECTOR)),
  inplace_normalize: (args) => normalize(args.vector(VECTOR)),
  inplace_normalize_64: (args) => normalize(args.vector(VECTOR, I64F64), I64F64),
  inplace_normalize_using_sum: (args) => normalizeUsingSum(args.vector(VECTOR), args.fixed(['x_sum', 'sum'])),
  inplace_mask_vector: (args) => {
    const mask = args.input.booleans('mask')
    return args.vector(VECTOR).map((value, i) => (mask.length > 0 && (mask[i] ?? true) ? 0n : value))
  },
  is_topk: (args) => isTopK(args.vector(VECTOR), args.input.count('k')),
  is_topk_nonzero: (args) => isTopKNonzero(args.vector(VECTOR), args.input.count('k')),
  vec_max_upscale_to_u16: (args) => vecMaxUpscaleToU16(args.vector(VECTOR)),
  vec_u16_max_upscale_to_u16: (args) => vecU16MaxUpscaleToU16(args.input.u16s(args.name(...VECTOR))),
  vec_mul: (args) => vecMul(args.vector(['x', 'a']), args.vector(['y', 'b'])),
  vecdiv: (args) => vecDiv(args.vector(['x', 'a']), args.vector(['y', 'b'])),
  weighted_median: (args) => {
    const indices = args.name('partition_idx', 'indices')
    return weightedMedian({
      stake: args.vector('stake'),
      score: args.vector('score'),
      minority: args.fixed('minority'),
      low: args.fixed(['lo', 'partition_lo']),
      high: args.fixed(['hi', 'partition_hi']),
      ...(args.input.has(indices) ? { indices: args.input.u16s(indices) } : {}),
    })
  },
}
