import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCodec } from '../protocol/codec.js'
import { type DType, dtypes } from './dtype.js'
import { f64Tensor, type Tensor, tensorOf } from './tensor.js'
import { joinTensor, splitTensor, type TensorChunk, tensorChunk } from './tensor-chunk.js'

const codec = createCodec('a.v1.TensorChunk', tensorChunk)
const anyTensor = fc
  .tuple(fc.constantFrom(...(Object.keys(dtypes) as DType[])), fc.array(fc.nat({ max: 5 }), { maxLength: 4 }))
  .chain(([dtype, shape]) => {
    const { array } = dtypes[dtype]
    const size = shape.reduce((product, length) => product * length, 1) * array.BYTES_PER_ELEMENT
    const raw = fc.uint8Array({ minLength: size, maxLength: size, ...(dtype === 'BOOL' && { max: 1 }) })
    return raw.map((bytes): Tensor => tensorOf(dtype, shape, new array(bytes.slice().buffer)))
  })
const bytesOf = ({ data }: Tensor) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

async function* overTheWire(chunks: Iterable<TensorChunk>): AsyncGenerator<TensorChunk> {
  for (const chunk of chunks) yield codec.decode(codec.encode(chunk))
}

const given = f64Tensor([1, 2, 3, 4, 5, 6], [2, 3])
const parts = (): TensorChunk[] => [...splitTensor(given, { maxBytes: 16 })]
const failure = async (chunks: Iterable<TensorChunk>, maxBytes?: number) =>
  joinTensor(chunks, maxBytes === undefined ? {} : { maxBytes }).then(
    () => 'joined',
    (error: { code: string; shortMessage: string }) => `${error.code}: ${error.shortMessage}`,
  )

describe('splitTensor and joinTensor', () => {
  it('are inverses over the wire, for every dtype, shape and size of chunk, bit by bit', async () => {
    await fc.assert(
      fc.asyncProperty(anyTensor, fc.integer({ min: 8, max: 64 }), async (tensor, maxBytes) => {
        const joined = await joinTensor(overTheWire(splitTensor(tensor, { maxBytes })))
        expect([joined.dtype, joined.shape]).toEqual([tensor.dtype, tensor.shape])
        expect(bytesOf(joined)).toEqual(bytesOf(tensor))
      }),
      { numRuns: 200 },
    )
  })

  it('cut into views of at most so many bytes', () => {
    fc.assert(
      fc.property(anyTensor, fc.integer({ min: 8, max: 64 }), (tensor, maxBytes) => {
        for (const { part } of splitTensor(tensor, { maxBytes })) {
          expect(part.data.byteLength).toBeLessThanOrEqual(maxBytes)
          expect(part.data.buffer).toBe(tensor.data.buffer)
          expect(codec.encode({ shape: tensor.shape.map(BigInt), offset: 0n, part }).length).toBeLessThan(part.data.byteLength + 100)
        }
      }),
      { numRuns: 200 },
    )
    expect([...splitTensor(given)]).toHaveLength(1)
    expect([...splitTensor(f64Tensor([]), { maxBytes: 8 })]).toEqual([{ shape: [0n], offset: 0n, part: f64Tensor([]) }])
  })

  it.each<[string, () => TensorChunk[], string]>([
    ['no chunk', () => [], 'there is no chunk'],
    ['a missing last chunk', () => parts().slice(0, -1), 'the stream ends too early'],
    ['a missing first chunk', () => parts().slice(1), 'a chunk is out of order'],
    ['a gap', () => parts().filter((_, i) => i !== 1), 'a chunk is out of order'],
    ['a chunk twice', () => parts().flatMap((chunk) => [chunk, chunk]), 'a chunk is out of order'],
    ['the reverse order', () => parts().reverse(), 'a chunk is out of order'],
    ['an overlap', () => parts().map((chunk, i) => (i === 1 ? { ...chunk, offset: 1n } : chunk)), 'a chunk is out of order'],
    ['an offset of 2^64 - 1', () => parts().map((chunk, i) => (i === 1 ? { ...chunk, offset: (1n << 64n) - 1n } : chunk)), 'out of order'],
    [
      'another dtype',
      () => parts().map((c, i) => (i === 1 ? { ...c, part: tensorOf('I64', [2], new BigInt64Array(2)) } : c)),
      'dtype changes',
    ],
    ['another shape', () => parts().map((chunk, i) => (i === 2 ? { ...chunk, shape: [3n, 2n] } : chunk)), 'the shape changes'],
    ['another rank', () => parts().map((chunk, i) => (i === 2 ? { ...chunk, shape: [2n, 3n, 1n] } : chunk)), 'the shape changes'],
    [
      'an element too many',
      () => parts().map((c, i) => (i === 2 ? { ...c, part: f64Tensor([5, 6, 7]) } : c)),
      'more elements than the shape',
    ],
    ['a chunk after the last', () => [...parts(), { ...(parts()[0] as TensorChunk), offset: 6n }], 'more elements than the shape'],
    ['an empty chunk after the last', () => [...parts(), { shape: [2n, 3n], offset: 6n, part: f64Tensor([]) }], 'a chunk is empty'],
    ['an empty first chunk', () => [{ shape: [2n, 3n], offset: 0n, part: f64Tensor([]) }, ...parts()], 'a chunk is empty'],
    ['nine dimensions', () => [{ shape: Array<bigint>(9).fill(1n), offset: 0n, part: f64Tensor([1]) }], 'the shape is invalid'],
    ['a product that wraps', () => [{ shape: [1n << 32n, 1n << 32n], offset: 0n, part: f64Tensor([1]) }], 'the shape is invalid'],
    ['a length of 2^64 - 1', () => [{ shape: [(1n << 64n) - 1n], offset: 0n, part: f64Tensor([1]) }], 'the shape is invalid'],
    ['2^52 elements', () => [{ shape: [1n << 52n], offset: 0n, part: f64Tensor([1]) }], 'larger than the limit'],
  ])('refuse %s', async (_, chunks, expected) => {
    const text = await failure(chunks())
    expect(text).toMatch(/^PROTOCOL_DECODE_FAILED: /)
    expect(text).toContain(expected)
  })

  it('take a tensor of exactly the limit, and refuse one byte more before taking memory', async () => {
    expect(await failure(parts(), 6 * 8)).toBe('joined')
    expect(await failure(parts(), 6 * 8 - 1)).toContain('larger than the limit')
    const before = process.memoryUsage().arrayBuffers
    expect(await failure([{ shape: [(1n << 25n) + 1n], offset: 0n, part: f64Tensor([1]) }])).toContain('larger than the limit')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20)
  })

  it('never fail otherwise than by PROTOCOL_DECODE_FAILED, however the chunks are changed, and never join what differs', async () => {
    const change = fc.record({
      index: fc.nat({ max: 2 }),
      shape: fc.option(fc.array(fc.bigInt({ min: 0n, max: 4n }), { maxLength: 9 })),
      offset: fc.option(fc.bigInt({ min: 0n, max: 8n })),
      length: fc.option(fc.nat({ max: 4 })),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 3 }), fc.shuffledSubarray([0, 1, 2], { minLength: 1 }), async (changes, order) => {
        const chunks = parts()
        for (const { index, shape, offset, length } of changes) {
          const old = chunks[index] as TensorChunk
          chunks[index] = {
            shape: shape ?? old.shape,
            offset: offset ?? old.offset,
            part: length === null ? old.part : f64Tensor(new Float64Array(length)),
          }
        }
        try {
          const joined = await joinTensor(order.map((index) => chunks[index] as TensorChunk))
          expect(joined.data.length).toBe(joined.shape.reduce((product, item) => product * item, 1))
        } catch (error) {
          expect(error).toMatchObject({ code: 'PROTOCOL_DECODE_FAILED' })
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('close the stream after a failure, and end the wait when the signal says so', async () => {
    let closed = 0
    async function* endless(): AsyncGenerator<TensorChunk> {
      try {
        while (true) yield { shape: [9n], offset: 0n, part: f64Tensor([1]) }
      } finally {
        closed++
      }
    }
    await expect(joinTensor(endless())).rejects.toMatchObject({ code: 'PROTOCOL_DECODE_FAILED' })
    expect(closed).toBe(1)
    const controller = new AbortController()
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }
    const waiting = joinTensor(silent, { signal: controller.signal })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'CORE_ABORTED' })
    await expect(joinTensor(parts(), { signal: controller.signal })).rejects.toMatchObject({ code: 'CORE_ABORTED' })
    async function* broken(): AsyncGenerator<TensorChunk> {
      yield parts()[0] as TensorChunk
      throw new Error('the peer went away')
    }
    await expect(joinTensor(broken())).rejects.toThrow('the peer went away')
  })

  it('refuse senseless limits and tensors', async () => {
    for (const maxBytes of [0, 7, 8.5, Number.NaN]) expect(() => [...splitTensor(given, { maxBytes })]).toThrow(/maxBytes/)
    for (const maxBytes of [0, -1, Number.NaN]) expect(await failure(parts(), maxBytes)).toContain('CORE_INVALID_ARGUMENT')
    expect(() => [...splitTensor({ dtype: 'F64', shape: [3], data: new Float64Array(2) })]).toThrow(/does not fit/)
  })
})
