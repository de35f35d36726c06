import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { f64Tensor, type Tensor, tensorOf } from '../tensor/tensor.js'
import { createCodec } from './codec.js'
import { type Fields, map, message, nested, optional, repeated, string, tensor, uint32 } from './fields.js'
import { WireReader } from './wire-reader.js'
import { WireWriter } from './wire-writer.js'

const framePrefixBytes = 5
const tags = { data: 0x1a, padding: 0x7a }

/** Where the data of a field of bytes lies in the message. */
function dataOffset(wire: Uint8Array, wanted: number): number {
  const reader = new WireReader(wire)
  while (!reader.done) {
    const { number, wireType } = reader.tag()
    reader.skip(wireType)
    if (number === wanted) return reader.position
  }
  throw new Error('no such field')
}

describe('WireWriter', () => {
  it('aligns data whatever stands before it, by 9 bytes always', () => {
    for (let before = 0; before < 40; before++) {
      for (const length of [1, 2, 127, 128, 129, 5000]) {
        const writer = new WireWriter()
        for (let i = 0; i < before; i++) writer.uint32(0x01 << 3).uint32(1)
        const odd = before % 2 === 1
        if (odd) writer.uint32((2 << 3) | 2).string('')
        if (before % 3 === 1) writer.uint32((2 << 3) | 2).string('x')
        const start = 2 * before + (odd ? 2 : 0) + (before % 3 === 1 ? 3 : 0)
        const wire = writer.alignedBytes(tags, new Uint8Array(length).fill(9)).uint32(8).uint32(1).finish()
        expect((framePrefixBytes + dataOffset(wire, 3) - length) % 8).toBe(0)
        expect(wire).toHaveLength(start + 9 + 1 + (length > 127 ? 2 : 1) + length + 2)
        expect(wire.byteOffset % 8).toBe(5)
      }
    }
  })

  it('gives the lengths of values within values around data that is only referred to', () => {
    const writer = new WireWriter()
    const large = new Uint8Array(70_000).fill(5)
    writer.uint32(0x0a).fork().uint32(0x0a).fork().uint32(0x0a).bytes(large).join().uint32(0x0a).bytes(large).join().uint32(0x10).uint32(7)
    const outer = new WireReader(writer.finish())
    expect(outer.tag().number).toBe(1)
    const middle = new WireReader(outer.view())
    expect(middle.tag().number).toBe(1)
    const inner = new WireReader(middle.view())
    expect(inner.tag().number).toBe(1)
    expect(inner.view()).toEqual(large)
    expect(inner.done).toBe(true)
    expect(middle.tag().number).toBe(1)
    expect(middle.view()).toEqual(large)
    expect(middle.done).toBe(true)
    expect([outer.tag().number, outer.uint32(), outer.done]).toEqual([2, 7, true])
  })

  it('writes text of every length and script as TextEncoder does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string({ maxLength: 300 }), (first, second) => {
        const reader = new WireReader(new WireWriter().string(first).string(second).finish())
        expect([reader.string(), reader.string(), reader.done]).toEqual([first, second, true])
      }),
      { numRuns: 300 },
    )
  })
})

const shapes: readonly Fields[] = [
  { a: uint32(1), t: tensor(2), b: string(3) },
  { b: string(1), inner: nested(2, message({ s: string(1), deep: nested(20, message({ s: string(1), t: tensor(2) })) })) },
  { list: repeated(tensor(1)), b: string(2), more: repeated(nested(3, message({ s: string(1), t: optional(tensor(2)) }))) },
  { m: map('string', tensor(1)), n: map('uint32', nested(2000, message({ t: tensor(1) }))) },
]
const elements = fc.oneof(fc.constant(0), fc.nat({ max: 40 }), fc.constantFrom(127, 128, 600))
const anyTensor = elements.chain((length) =>
  fc.constantFrom<Tensor>(
    f64Tensor(new Float64Array(length).fill(1.5)),
    tensorOf('F32', [length], new Float32Array(length).fill(2)),
    tensorOf('BF16', [1, length], new Uint16Array(length).fill(3)),
    tensorOf('I64', [length], new BigInt64Array(length).fill(-4n)),
  ),
)
const text = fc.string({ maxLength: 200 })
const values: readonly fc.Arbitrary<Record<string, unknown>>[] = [
  fc.record({ a: fc.nat(), t: anyTensor, b: text }),
  fc.record({ b: text, inner: fc.record({ s: text, deep: fc.record({ s: text, t: anyTensor }) }) }),
  fc.record({
    list: fc.array(anyTensor, { maxLength: 4 }),
    b: text,
    more: fc.array(fc.record({ s: text, t: anyTensor }), { maxLength: 4 }),
  }),
  fc.record({
    m: fc.array(fc.tuple(text, anyTensor), { maxLength: 4 }).map((entries) => new Map(entries)),
    n: fc.array(fc.tuple(fc.nat(), fc.record({ t: anyTensor })), { maxLength: 4 }).map((entries) => new Map(entries)),
  }),
]

describe('tensors in messages', () => {
  it('are all aligned in our own framing: in fields, in messages, in lists and in maps', () => {
    let viewed = 0
    fc.assert(
      fc.property(
        fc.nat({ max: shapes.length - 1 }).chain((index) => fc.tuple(fc.constant(index), values[index] as fc.Arbitrary<unknown>)),
        ([index, value]) => {
          const codec = createCodec('a.B', message(shapes[index] as Fields))
          const wire = codec.encode(value as never)
          const counts = { viewed: 0, copied: 0 }
          // As a transport hands it over: behind the prefix of a frame that begins at a multiple of 8.
          const frame = new Uint8Array(framePrefixBytes + wire.length)
          frame.set(wire, framePrefixBytes)
          expect(codec.decode(frame.subarray(framePrefixBytes), counts)).toEqual(value)
          expect(codec.decode(wire, counts)).toEqual(value)
          expect(counts.copied).toBe(0)
          viewed += counts.viewed
        },
      ),
      { numRuns: 300 },
    )
    expect(viewed).toBeGreaterThan(300)
  })

  it('are copied, and counted so, where the frame lies elsewhere', () => {
    const codec = createCodec('a.B', message({ t: tensor(1) }))
    const wire = codec.encode({ t: f64Tensor([1, 2, 3]) })
    const counts = { viewed: 0, copied: 0 }
    for (let shift = 0; shift < 8; shift++) {
      const elsewhere = new Uint8Array(shift + wire.length)
      elsewhere.set(wire, shift)
      expect(codec.decode(elsewhere.subarray(shift), counts)).toEqual({ t: f64Tensor([1, 2, 3]) })
    }
    expect(counts).toEqual({ viewed: 1, copied: 7 })
  })

  it('are copied once by encode, and decode to a view of the message', () => {
    const codec = createCodec('a.B', message({ t: tensor(1) }))
    const given = tensorOf('F32', [1 << 20], new Float32Array(1 << 20).fill(3))
    const wire = codec.encode({ t: given })
    expect(wire.buffer).not.toBe(given.data.buffer)
    // Written after encode: would show if the message referred to the tensor still.
    given.data[0] = 9
    const decoded = codec.decode(wire).t
    expect(decoded.data[0]).toBe(3)
    expect(decoded.data.buffer).toBe(wire.buffer)
  })
})
