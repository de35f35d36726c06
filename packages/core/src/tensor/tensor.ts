import { TensorKitError } from '../errors/tensorkit-error.js'
import { type DType, dtypes, isDType, type TensorData } from './dtype.js'

/** The most dimensions that a tensor may have. */
export const maxTensorRank = 8

/**
 * An n-dimensional array: the elements lie row by row (C order), without gaps.
 *
 * A scalar has the shape `[]` and one element.
 */
export interface Tensor<D extends DType = DType> {
  /** The type of the elements. */
  readonly dtype: D
  /** The length of each dimension, outermost first; at most 8. */
  readonly shape: readonly number[]
  /** The elements; raw bits for F16, BF16 and the F8 types; 0 or 1 for BOOL. */
  readonly data: TensorData<D>
}

/**
 * The number of elements of a shape.
 *
 * @throws TENSOR_INVALID for more than 8 dimensions, a length that is no integer from 0, or a product of the lengths
 * (zeros left out, so that `[2 ** 40, 0]` cannot hide one) above 2^53 - 1.
 */
export function elementCount(shape: readonly number[]): number {
  if (!Array.isArray(shape) || shape.length > maxTensorRank) {
    throw new TensorKitError('TENSOR_INVALID', `A shape is an array of at most ${maxTensorRank} lengths`, {
      facts: { rank: Array.isArray(shape) ? shape.length : typeof shape },
    })
  }
  let product = 1
  let empty = false
  for (const length of shape) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new TensorKitError('TENSOR_INVALID', 'Each length of a shape must be an integer from 0', { facts: { length: String(length) } })
    }
    if (length === 0) empty = true
    else product *= length
    // Exact up to here: a product of two safe integers that rounds is above the bound anyway.
    if (product > Number.MAX_SAFE_INTEGER) {
      throw new TensorKitError('TENSOR_INVALID', 'The shape has more than 2^53 - 1 elements', { facts: { rank: shape.length } })
    }
  }
  return empty ? 0 : product
}

/**
 * A tensor over an array that exists; nothing is copied.
 *
 * @param dtype - The type of the elements, as in safetensors.
 * @param shape - The length of each dimension, outermost first.
 * @param data - The elements in C order: the typed array of the dtype (`Float32Array` for F32, `BigInt64Array` for I64,
 * raw bits for F16, BF16 and F8).
 * @throws TENSOR_INVALID if the shape is wrong, or does not fit the number of elements, or the array is of another type.
 * @example
 * ```ts
 * const matrix = tensorOf('F32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))
 * ```
 */
export function tensorOf<D extends DType>(dtype: D, shape: readonly number[], data: NoInfer<TensorData<D>>): Tensor<D> {
  const tensor = { dtype, shape: Object.freeze([...shape]), data }
  const problem = tensorProblem(tensor)
  if (problem) throw problem
  return Object.freeze(tensor)
}

/**
 * A tensor of 32-bit floats.
 *
 * @param values - The elements in C order; a `Float32Array` is taken as it is, anything else is rounded into a new one.
 * @param shape - The length of each dimension; without it the tensor has one dimension.
 * @throws TENSOR_INVALID if the shape does not fit.
 */
export function f32Tensor(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor<'F32'> {
  return tensorOf('F32', shape, values instanceof Float32Array ? values : Float32Array.from(values))
}

/**
 * A tensor of 64-bit floats.
 *
 * @param values - The elements in C order; a `Float64Array` is taken as it is, anything else is copied.
 * @param shape - The length of each dimension; without it the tensor has one dimension.
 * @throws TENSOR_INVALID if the shape does not fit.
 * @example
 * ```ts
 * const series = f64Tensor([100, 101.5, 99.8])
 * ```
 */
export function f64Tensor(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor<'F64'> {
  return tensorOf('F64', shape, values instanceof Float64Array ? values : Float64Array.from(values))
}

/** What is wrong with a value that should be a tensor, or undefined. */
export function tensorProblem(value: unknown): TensorKitError | undefined {
  if (typeof value !== 'object' || value === null)
    return new TensorKitError('TENSOR_INVALID', 'A tensor must be an object with dtype, shape and data')
  const { dtype, shape, data } = value as Partial<Record<keyof Tensor, unknown>>
  if (!isDType(dtype)) return new TensorKitError('TENSOR_INVALID', 'The dtype is unknown', { facts: { dtype: String(dtype).slice(0, 32) } })
  const { array } = dtypes[dtype]
  if (!(data instanceof array)) {
    return new TensorKitError('TENSOR_INVALID', `The data of a tensor of ${dtype} must be a ${array.name}`, { facts: { dtype } })
  }
  let count: number
  try {
    count = elementCount(shape as readonly number[])
  } catch (error) {
    return error as TensorKitError
  }
  if (count !== data.length) {
    return new TensorKitError('TENSOR_INVALID', 'The shape does not fit the number of elements', {
      facts: { shape: `[${(shape as readonly number[]).join(', ')}]`, expected: count, actual: data.length },
    })
  }
  return undefined
}
