import { TensorKitError } from '../errors/tensorkit-error.js'
import type { DType, TensorData } from './dtype.js'
import { elementCount, type Tensor } from './tensor.js'

/** Arrays within arrays, as deep as a tensor has dimensions. */
export type NestedArray<T> = readonly (T | NestedArray<T>)[]

/**
 * The rows of a tensor: one array for each index of its first dimension. They are views, nothing is copied.
 *
 * @throws TENSOR_INVALID for a scalar, which has no rows.
 * @example
 * ```ts
 * const [first] = tensorRows(f64Tensor([1, 2, 3, 4], [2, 2])) // Float64Array [1, 2]
 * ```
 */
export function tensorRows<D extends DType>(tensor: Tensor<D>): readonly TensorData<D>[] {
  const [count, ...rest] = tensor.shape
  if (count === undefined) throw new TensorKitError('TENSOR_INVALID', 'A scalar has no rows')
  const length = elementCount(rest)
  // subarray() of any of the arrays gives the same kind of array.
  return Array.from({ length: count }, (_, row) => tensor.data.subarray(row * length, (row + 1) * length) as TensorData<D>)
}

/**
 * The elements as arrays within arrays; a scalar gives an array of one. For logs and tests: the typed array is faster.
 *
 * @throws TENSOR_INVALID for a tensor without elements whose outer dimensions have more than 2^20 of them.
 */
export function tensorToArray<D extends DType>(tensor: Tensor<D>): NestedArray<TensorData<D>[number]> {
  const { data, shape } = tensor
  const inner = shape.slice(0, -1)
  // A shape like [2^40, 0] has no data but would make as many empty arrays.
  if (data.length === 0 && elementCount(inner) > 1 << 20) throw new TensorKitError('TENSOR_INVALID', 'The tensor has too many empty rows')
  const build = (dimension: number, start: number, length: number): NestedArray<TensorData<D>[number]> => {
    const count = shape[dimension] ?? length
    if (dimension >= shape.length - 1) return Array.from(data.subarray(start, start + length) as ArrayLike<TensorData<D>[number]>)
    const step = count === 0 ? 0 : length / count
    return Array.from({ length: count }, (_, index) => build(dimension + 1, start + index * step, step))
  }
  return build(0, 0, data.length)
}
