import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCodec } from '../protocol/codec.js'
import { message, tensor } from '../protocol/fields.js'
import { WireWriter } from '../protocol/wire-writer.js'
import { type DType, dtypes } from './dtype.js'
import { type Tensor, tensorOf } from './tensor.js'
import { readTensor, writeTensor } from './tensor-codec.js'

const invalid = expect.objectContaining({ code: 'TENSOR_INVALID' })
const malformed = expect.objectContaining({ code: 'PROTOCOL_DECODE_FAILED' })

function encode(value: Tensor): Uint8Array {
  const writer = new WireWriter()
  writeTensor(writer, value)
  return writer.finish()
}

/** The bytes at some distance from an aligned address. */
function at(offset: number, bytes: Uint8Array): Uint8Array {
  const moved = new Uint8Array(new ArrayBuffer(bytes.length + 16), offset, bytes.length)
  moved.set(bytes)
  return moved
}

const anyTensor = fc
  .tuple(fc.constantFrom(...(Object.keys(dtypes) as DType[])), fc.array(fc.nat({ max: 3 }), { maxLength: 8 }))
  .chain(([dtype, shape]) => {
    const { array } = dtypes[dtype]
    const count = shape.reduce((product, length) => product * length, 1)
    const size = count * array.BYTES_PER_ELEMENT
    const raw = fc.uint8Array({ minLength: size, maxLength: size, ...(dtype === 'BOOL' && { max: 1 }) })
    return raw.map((bytes): Tensor => tensorOf(dtype, shape, new array(bytes.slice().buffer)))
  })

describe('writeTensor and readTensor', () => {
  it('are inverses for every dtype, shape and alignment, bit by bit', () => {
    fc.assert(
      fc.property(anyTensor, fc.nat({ max: 15 }), (value, offset) => {
        const decoded = readTensor(at(offset, encode(value)))
        expect([decoded.dtype, decoded.shape]).toEqual([value.dtype, value.shape])
        expect(decoded.data.constructor).toBe(value.data.constructor)
        expect(bytesOf(decoded)).toEqual(bytesOf(value))
      }),
      { numRuns: 500 },
    )
  })

  it('write these very bytes', () => {
    const value = tensorOf('F32', [2, 300], new Float32Array(600))
    // 5 of gRPC's prefix and 10 in front of the data, were there no padding: 9 make it 24.
    const padded = [0x08, 12, 0x12, 3, 2, 0xac, 0x02, 0x7a, 7, 0, 0, 0, 0, 0, 0, 0, 0x1a, 0xe0, 0x12]
    expect([...encode(value).subarray(0, 19)]).toEqual(padded)
    expect(encode(value)).toHaveLength(padded.length + 2400)
    expect([...encode(tensorOf('I16', [], Int16Array.of(-2)))]).toEqual([
      ...[0x08, 5, 0x7a, 5, 0, 0, 0, 0, 0, 0x1a, 2, 0xfe, 0xff, 0x7a, 0],
    ])
    expect([...encode(tensorOf('U8', [2], Uint8Array.of(8, 9)))]).toEqual([0x08, 2, 0x12, 1, 2, 0x1a, 2, 8, 9])
    expect([...encode(tensorOf('U8', [0], new Uint8Array(0)))]).toEqual([0x08, 2, 0x12, 1, 0])
  })

  it('view aligned data, and copy the rest once', () => {
    const wire = Uint8Array.of(
      0x08,
      13,
      0x12,
      1,
      2,
      0x1a,
      16,
      ...encode(tensorOf('U8', [16], new Uint8Array(Float64Array.of(1, 2).buffer))).subarray(7),
    )
    const dataStart = 7
    for (let offset = 0; offset < 8; offset++) {
      const placed = at(offset, wire)
      const { data } = readTensor(placed)
      expect(data).toEqual(Float64Array.of(1, 2))
      expect(data.buffer === placed.buffer).toBe((offset + dataStart) % 8 === 0)
    }
  })

  it('write what lies in the middle of a larger array', () => {
    const whole = Float32Array.of(1, 2, 3, 4)
    expect(readTensor(encode(tensorOf('F32', [2], whole.subarray(1, 3)))).data).toEqual(Float32Array.of(2, 3))
  })
})

const bytesOf = ({ data }: Tensor) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

const varint = (value: bigint): number[] => (value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)])
const shaped = (...lengths: bigint[]): Uint8Array => {
  const packed = lengths.flatMap(varint)
  return Uint8Array.of(0x08, 2, 0x12, packed.length, ...packed)
}

describe('hostile tensors', () => {
  it.each<[string, Uint8Array, unknown]>([
    ['lengths that wrap 64 bits to 0', shaped(1n << 32n, 1n << 32n), invalid],
    ['lengths that wrap 64 bits to 1', shaped((1n << 64n) - 1n, (1n << 64n) - 1n), invalid],
    ['a length of 2^64 - 1, which is -1', shaped((1n << 64n) - 1n), invalid],
    ['a length of 2^53', shaped(1n << 53n), invalid],
    ['an overflow behind a zero', shaped(0n, 1n << 40n, 1n << 40n), invalid],
    ['2^52 elements without data', shaped(1n << 52n), invalid],
    ['nine dimensions', shaped(1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n), invalid],
    ['nine unpacked dimensions', Uint8Array.from([0x08, 2, ...Array(9).fill([0x10, 1]).flat()]), invalid],
    ['no dtype', Uint8Array.of(0x12, 1, 0), invalid],
    ['an unknown dtype', Uint8Array.of(0x08, 99, 0x12, 1, 0), invalid],
    ['a negative dtype', Uint8Array.of(0x08, ...Array(9).fill(0xff), 1, 0x12, 1, 0), invalid],
    ['half an element', Uint8Array.of(0x08, 12, 0x12, 1, 1, 0x1a, 2, 0, 0), invalid],
    ['data for a shape of zeros', Uint8Array.of(0x08, 2, 0x12, 1, 0, 0x1a, 1, 0), invalid],
    ['a BOOL of 2', Uint8Array.of(0x08, 1, 0x12, 1, 1, 0x1a, 1, 2), invalid],
    ['data beyond the end', Uint8Array.of(0x08, 2, 0x12, 1, 1, 0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f), malformed],
    ['a shape cut off', Uint8Array.of(0x08, 2, 0x12, 2, 0x80, 0x80), malformed],
    ['a shape as text', Uint8Array.of(0x08, 2, 0x15, 0, 0, 0, 0), malformed],
  ])('%s', (_, wire, expected) => {
    expect(() => readTensor(wire)).toThrow(expected)
  })

  it('stops at the ninth of 8 Mi packed dimensions', () => {
    const wire = new Uint8Array(8 * 1024 * 1024 + 5)
    wire.set([0x12, 0x80, 0x80, 0x80, 0x04])
    expect(() => readTensor(wire)).toThrow(
      expect.objectContaining({ shortMessage: 'The tensor is invalid: it has more than 8 dimensions' }),
    )
  })

  it('takes lengths as over-long varints, empty shapes twice, and unknown fields', () => {
    const wire = Uint8Array.of(0x08, 2, 0x12, 0, 0x12, 4, 0x82, 0x80, 0x80, 0x00, 0x12, 0, 0x22, 1, 7, 0x1a, 2, 5, 6)
    expect(readTensor(wire)).toEqual(tensorOf('U8', [2], Uint8Array.of(5, 6)))
  })

  it('never fails otherwise than by one of the two codes', () => {
    const codec = createCodec('a.B', message({ t: tensor(1) }))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (wire) => {
        try {
          const { data, shape } = readTensor(wire)
          expect(data.length).toBe(shape.reduce((product, length) => product * length, 1))
        } catch (error) {
          expect(['TENSOR_INVALID', 'PROTOCOL_DECODE_FAILED']).toContain((error as { code: string }).code)
        }
      }),
      { numRuns: 2000 },
    )
    expect(() => codec.decode(Uint8Array.of(0x0a, 2, 0x08, 99))).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_DECODE_FAILED', cause: invalid }),
    )
  })
})
