import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tensorRows, tensorToArray } from './access.js'
import { type DType, dtypes, itemSizeBytes } from './dtype.js'
import { elementCount, f32Tensor, f64Tensor, type Tensor, tensorOf } from './tensor.js'

const invalid = expect.objectContaining({ code: 'TENSOR_INVALID' })

describe('elementCount', () => {
  it.each([
    [[], 1],
    [[0], 0],
    [[2, 3, 4], 24],
    [[1, 1, 1, 1, 1, 1, 1, 1], 1],
    [[2 ** 52, 0], 0],
    [[0, Number.MAX_SAFE_INTEGER], 0],
    [[Number.MAX_SAFE_INTEGER], Number.MAX_SAFE_INTEGER],
  ])('of %j is %d', (shape, count) => {
    expect(elementCount(shape)).toBe(count)
  })

  it.each<[string, unknown]>([
    ['nine dimensions', Array(9).fill(1)],
    ['a negative length', [2, -1]],
    ['a fraction', [1.5]],
    ['NaN', [Number.NaN]],
    ['a length above 2^53', [2 ** 53]],
    ['a product above 2^53', [2 ** 27, 2 ** 27]],
    ['a product that wraps 64 bits to 0', [2 ** 32, 2 ** 32]],
    ['an overflow beside a zero', [2 ** 40, 2 ** 40, 0]],
    ['an overflow behind a zero', [0, 2 ** 40, 2 ** 40]],
    ['a bigint', [1n]],
    ['no array', 3],
    ['a hole', [1, undefined]],
  ])('refuses %s', (_, shape) => {
    expect(() => elementCount(shape as never)).toThrow(invalid)
  })

  it('is the exact product, or refuses', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat({ max: 9 }), fc.maxSafeNat()), { maxLength: 8 }), (shape) => {
        const nonZero = shape.filter((length) => length > 0).reduce((product, length) => product * BigInt(length), 1n)
        if (nonZero > BigInt(Number.MAX_SAFE_INTEGER)) expect(() => elementCount(shape)).toThrow(invalid)
        else expect(elementCount(shape)).toBe(shape.includes(0) ? 0 : Number(nonZero))
      }),
    )
  })
})

describe('tensorOf', () => {
  it('takes the array of every dtype as it is', () => {
    for (const dtype of Object.keys(dtypes) as DType[]) {
      const data = new dtypes[dtype].array(6)
      const tensor: Tensor = tensorOf<DType>(dtype, [2, 3], data)
      expect(tensor.data).toBe(data)
      expect(tensor).toMatchObject({ dtype, shape: [2, 3] })
      expect(data.byteLength).toBe(6 * itemSizeBytes(dtype))
    }
  })

  it('is frozen, and apart from the shape that was given', () => {
    const shape = [2]
    const tensor = tensorOf('U8', shape, new Uint8Array(2))
    shape[0] = 3
    expect(tensor.shape).toEqual([2])
    expect(() => Object.assign(tensor.shape, [9])).toThrow(TypeError)
    expect(() => Object.assign(tensor, { dtype: 'I8' })).toThrow(TypeError)
  })

  it.each<[string, () => unknown]>([
    ['an array of another type', () => tensorOf('F32', [1], new Float64Array(1) as never)],
    ['a plain array', () => tensorOf('F32', [1], [1] as never)],
    ['an unknown dtype', () => tensorOf('F128' as never, [1], new Float64Array(1) as never)],
    ['an inherited dtype', () => tensorOf('toString' as never, [1], new Float64Array(1) as never)],
    ['too few elements', () => tensorOf('F64', [2, 2], new Float64Array(3))],
    ['too many elements', () => f64Tensor([1, 2], [1])],
    ['data for an empty shape', () => f64Tensor([1], [0])],
    ['no data for a scalar', () => f64Tensor([], [])],
    ['rank 9', () => f32Tensor([1], Array(9).fill(1))],
  ])('refuses %s', (_, make) => {
    expect(make).toThrow(invalid)
  })

  it('rounds and copies numbers, but not arrays of the type', () => {
    expect(f32Tensor([0.1]).data).toEqual(Float32Array.of(0.1))
    expect(f64Tensor([0.1, 2]).shape).toEqual([2])
    const own = Float64Array.of(1)
    expect(f64Tensor(own).data).toBe(own)
  })
})

describe('access', () => {
  it('gives rows as views', () => {
    const matrix = f64Tensor([1, 2, 3, 4, 5, 6], [3, 2])
    const rows = tensorRows(matrix)
    expect(rows).toEqual([Float64Array.of(1, 2), Float64Array.of(3, 4), Float64Array.of(5, 6)])
    expect(rows[2]?.buffer).toBe(matrix.data.buffer)
    expect(tensorRows(f64Tensor([], [2, 0]))).toEqual([new Float64Array(0), new Float64Array(0)])
    expect(() => tensorRows(f64Tensor([1], []))).toThrow(invalid)
  })

  it('gives arrays as deep as the shape', () => {
    expect(tensorToArray(f64Tensor([1, 2, 3, 4, 5, 6], [1, 3, 2]))).toEqual([
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ])
    expect(tensorToArray(f64Tensor([7], []))).toEqual([7])
    expect(tensorToArray(f64Tensor([], [2, 0]))).toEqual([[], []])
    expect(tensorToArray(f64Tensor([], [0, 3]))).toEqual([])
    expect(tensorToArray(tensorOf('I64', [2], BigInt64Array.of(1n, -1n)))).toEqual([1n, -1n])
    expect(() => tensorToArray(f64Tensor([], [2 ** 40, 0]))).toThrow(invalid)
  })
})
