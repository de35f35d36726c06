import { TensorKitError } from '../errors/tensorkit-error.js'
import { type MessageValue, message, repeated, tensor, uint64 } from '../protocol/fields.js'
import { type DType, dtypes, itemSizeBytes, type TensorData } from './dtype.js'
import { elementCount, maxTensorRank, type Tensor, tensorOf, tensorProblem } from './tensor.js'

/**
 * A part of a tensor that is larger than a message: the request or response of a method that streams, or a field of it by
 * {@link nested}. {@link splitTensor} makes them, {@link joinTensor} takes them.
 *
 * `shape` is that of the whole tensor and the same in every chunk; `offset` is the number of elements before this part,
 * which lies in the chunk as a tensor of one dimension.
 *
 * @example
 * ```ts
 * defineProtocol('weights.v1.Weights', {
 *   download: serverStreaming({ request: message({ layer: uint32(1) }), response: tensorChunk }),
 * })
 * ```
 */
export const tensorChunk = message('TensorChunk', {
  shape: repeated(uint64(1), { maxItems: maxTensorRank }),
  offset: uint64(2),
  part: tensor(3, { rank: 1 }),
})

/** A value of {@link tensorChunk}. */
export type TensorChunk = MessageValue<typeof tensorChunk>

/** How a tensor is cut. */
export interface SplitTensorOptions {
  /**
   * The most bytes of data in one chunk; at least 8. The message around them takes up to 100 bytes more.
   *
   * @defaultValue 1048576: a quarter of the largest message that a neuron takes by default, so that others get their turn.
   */
  readonly maxBytes?: number
}

/**
 * Cuts a tensor into chunks, in order. Their data are views: nothing is copied. A tensor without elements is one chunk.
 *
 * @throws TENSOR_INVALID for a tensor whose shape does not fit its data; CORE_INVALID_ARGUMENT for a `maxBytes` below 8.
 */
export function* splitTensor(tensor: Tensor, { maxBytes = 1 << 20 }: SplitTensorOptions = {}): Generator<TensorChunk, void, undefined> {
  demandBytes(maxBytes, 8)
  const problem = tensorProblem(tensor)
  if (problem) throw problem
  const { dtype, data } = tensor
  const shape = Object.freeze(tensor.shape.map(BigInt))
  const step = Math.floor(maxBytes / itemSizeBytes(dtype))
  let offset = 0
  do {
    const part = data.subarray(offset, offset + step)
    yield { shape, offset: BigInt(offset), part: tensorOf(dtype, [part.length], part) }
    offset += step
  } while (offset < data.length)
}

/** How much {@link joinTensor} takes, and what ends it. */
export interface JoinTensorOptions {
  /**
   * The most bytes of data that the whole tensor may have; checked before memory is taken for it.
   *
   * @defaultValue 268435456: 256 MiB.
   */
  readonly maxBytes?: number
  /** Ends the wait for the next chunk. There is no time-out besides: the deadline of the stream's call is one. */
  readonly signal?: AbortSignal
}

/**
 * Puts the chunks of one tensor together, in memory that is taken once.
 *
 * The stream must have the chunks of {@link splitTensor} in order and nothing else, and must end with the last of them. It
 * is closed if that fails.
 *
 * @throws PROTOCOL_DECODE_FAILED for chunks that are too few, too many, empty, out of order, or of different tensors, and
 * for a tensor of more than `maxBytes`; what the stream throws; CORE_ABORTED; CORE_INVALID_ARGUMENT for `maxBytes`.
 * @example
 * ```ts
 * const weights = await joinTensor(stream, { maxBytes: 64 << 20, signal })
 * ```
 */
export async function joinTensor(
  chunks: AsyncIterable<TensorChunk> | Iterable<TensorChunk>,
  { maxBytes = 1 << 28, signal }: JoinTensorOptions = {},
): Promise<Tensor> {
  demandBytes(maxBytes, 1)
  if (signal?.aborted) throw aborted(signal)
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  const joiner = new Joiner(maxBytes)
  try {
    while (true) {
      const { done, value } = await untilAborted(iterator.next(), signal)
      if (done === true) return joiner.finish()
      joiner.add(value)
    }
  } catch (error) {
    // Not awaited: a stream that waits for its peer closes only after that.
    void Promise.resolve(iterator.return?.()).catch(() => undefined)
    throw error
  }
}

class Joiner {
  #whole: { readonly dtype: DType; readonly shape: readonly number[]; readonly data: TensorData } | undefined
  #filled = 0

  constructor(readonly maxBytes: number) {}

  add({ shape, offset, part }: TensorChunk): void {
    if (!this.#whole) this.#whole = this.#begin(shape, part.dtype)
    else if (part.data.length === 0) throw failed('a chunk is empty', { offset: this.#filled })
    const { dtype, data } = this.#whole
    if (part.dtype !== dtype) throw failed('the dtype changes', { dtype, now: part.dtype })
    if (shape.length !== this.#whole.shape.length || shape.some((length, i) => length !== BigInt(this.#whole?.shape[i] ?? -1)))
      throw failed('the shape changes', { offset: this.#filled })
    if (offset !== BigInt(this.#filled))
      throw failed('a chunk is out of order', { expectedOffset: this.#filled, offset: offset.toString().slice(0, 20) })
    if (part.data.length > data.length - this.#filled) throw failed('there are more elements than the shape has', { elements: data.length })
    if (part.data.length === 0 && data.length > 0)
      throw failed('a chunk is empty', { offset: 0 })
      // Equal dtypes have equal arrays, which TypeScript cannot tell of two unions.
    ;(data as Float64Array).set(part.data as Float64Array, this.#filled)
    this.#filled += part.data.length
  }

  finish(): Tensor {
    if (!this.#whole) throw failed('there is no chunk')
    const { dtype, shape, data } = this.#whole
    if (this.#filled < data.length) throw failed('the stream ends too early', { elements: data.length, received: this.#filled })
    return tensorOf(dtype, shape, data)
  }

  #begin(shape: readonly bigint[], dtype: DType) {
    let count: number
    const lengths = shape.map(Number)
    try {
      // A length above 2^53 is rounded to one that is refused.
      count = elementCount(lengths)
    } catch (cause) {
      throw new TensorKitError('PROTOCOL_DECODE_FAILED', 'The chunks of a tensor do not fit together: the shape is invalid', { cause })
    }
    const { array } = dtypes[dtype]
    if (count > this.maxBytes / array.BYTES_PER_ELEMENT) {
      throw failed('the tensor is larger than the limit', {
        elements: count,
        itemSizeBytes: array.BYTES_PER_ELEMENT,
        maxBytes: this.maxBytes,
      })
    }
    return { dtype, shape: lengths, data: new array(count) }
  }
}

function failed(what: string, facts?: Readonly<Record<string, string | number>>): TensorKitError {
  return new TensorKitError('PROTOCOL_DECODE_FAILED', `The chunks of a tensor do not fit together: ${what}`, { facts })
}

function demandBytes(maxBytes: number, least: number): void {
  if (Number.isSafeInteger(maxBytes) && maxBytes >= least) return
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `maxBytes must be an integer from ${least}`, { facts: { maxBytes: String(maxBytes) } })
}

const aborted = (signal: AbortSignal) =>
  new TensorKitError('CORE_ABORTED', 'Waiting for the chunks of a tensor was aborted', { cause: signal.reason })

/** The value, or the signal's reason if that comes first. */
async function untilAborted<T>(value: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return value
  let onAbort: (() => void) | undefined
  const abortion = new Promise<never>((_, reject) => {
    onAbort = () => reject(aborted(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
  })
  try {
    return await Promise.race([value, abortion])
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort)
  }
}
