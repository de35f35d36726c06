import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TensorKitError } from '../errors/tensorkit-error.js'
import { f64Tensor, tensorOf } from '../tensor/tensor.js'
import { tensorChunk } from '../tensor/tensor-chunk.js'
import { type Codec, createCodec } from './codec.js'
import {
  bytes,
  double,
  enumeration,
  fixed32,
  int64,
  type MessageType,
  map,
  message,
  nested,
  optional,
  repeated,
  sint32,
  string,
  tensor,
  uint32,
} from './fields.js'
import { WireWriter } from './wire-writer.js'

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (TensorKitError.isInstance(error) && error.code === 'PROTOCOL_DECODE_FAILED') return error.shortMessage
    throw error
  }
  return 'accepted'
}

const length = (size: number): number[] => [...new WireWriter().uint32(size).finish()]

/** A field that repeats one piece until the message is full: what it takes to send it is the size alone. */
function filled(piece: readonly number[], size: number, head: readonly number[] = []): Uint8Array {
  const wire = new Uint8Array(head.length + Math.floor(size / piece.length) * piece.length)
  wire.set(head)
  for (let at = head.length; at < wire.length; at += piece.length) wire.set(piece, at)
  return wire
}

const eightMiB = 8 << 20
const Empty = message({})
const Wide = message({ a: uint32(1), b: string(2), list: repeated(uint32(3)), m: map('uint32', uint32(4)) })

describe('8 MiB of elements', () => {
  // What may be made before the limit is reached is bounded by the limit, about 40 MB; far less where it is counted first.
  const cases: readonly (readonly [string, MessageType, Uint8Array, string, number])[] = [
    [
      'of packed shape',
      message({ t: tensor(1) }),
      filled([1], eightMiB, [0x0a, ...length(eightMiB + 5), 0x12, ...length(eightMiB)]),
      'more than 8 dimensions',
      1,
    ],
    [
      'of shape, unpacked',
      message({ t: tensor(1) }),
      filled([0x10, 1], eightMiB, [0x0a, ...length(eightMiB)]),
      'more than 8 dimensions',
      1,
    ],
    ['of packed numbers', message({ a: repeated(uint32(1)) }), filled([0], eightMiB, [0x0a, ...length(eightMiB)]), 'more elements', 1],
    [
      'of packed doubles',
      message({ a: repeated(double(1)) }),
      filled([0], 4 * eightMiB, [0x0a, ...length(4 * eightMiB)]),
      'more elements',
      1,
    ],
    ['of empty sub-messages', message({ a: repeated(nested(1, Empty)) }), filled([0x0a, 0], eightMiB), 'more elements', 80],
    ['of sub-messages with many fields', message({ a: repeated(nested(1, Wide)) }), filled([0x0a, 0], eightMiB), 'more elements', 80],
    ['of empty text', message({ a: repeated(string(1)) }), filled([0x0a, 0], eightMiB), 'more elements', 40],
    ['of empty byte strings', message({ a: repeated(bytes(1)) }), filled([0x0a, 0], eightMiB), 'more elements', 80],
    ['of empty entries of a map', message({ a: map('uint32', nested(1, Empty)) }), filled([0x0a, 0], eightMiB), 'more elements', 40],
    [
      'of distinct entries of a map',
      message({ a: map('uint32', uint32(1)) }),
      Uint8Array.from(
        Array.from({ length: 1 << 19 }, (_, i) => [0x0a, 4, 0x08, 0x80 | (i & 127), 0x80 | ((i >> 7) & 127), i >> 14]).flat(),
      ),
      'more elements',
      80,
    ],
    [
      'of lists within lists',
      message({ a: repeated(nested(1, message({ b: repeated(nested(1, message({ c: repeated(uint32(1)) }))) }))) }),
      filled([0x0a, 6, 0x0a, 4, 0x0a, 2, 0, 0], eightMiB),
      'more elements',
      120,
    ],
    ['of unpacked enums', message({ a: repeated(enumeration(1, { FLAT: 0 })) }), filled([0x08, 0], eightMiB), 'more elements', 40],
  ]
  it.each(cases)('%s are refused before they fill the memory', (_, type, wire, expected, maxMiB) => {
    const codec = createCodec('a.B', type)
    // Warm, so that what is compiled is not counted.
    refusal(() => codec.decode(wire.subarray(0, 64)))
    const before = process.memoryUsage().heapUsed
    expect(refusal(() => codec.decode(wire))).toContain(expected)
    expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(maxMiB)
  })

  it('of unknown fields leave nothing behind', () => {
    const codec = createCodec('a.B', message({ a: uint32(1) }))
    for (const piece of [
      [0x10, 1],
      [0x12, 0],
      [0x15, 0, 0, 0, 0],
      [0x11, 0, 0, 0, 0, 0, 0, 0, 0],
    ]) {
      const wire = filled(piece, eightMiB)
      const before = process.memoryUsage().heapUsed
      expect(codec.decode(wire)).toEqual({ a: 0 })
      expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(64)
    }
  })

  it('of groups are refused at the first', () => {
    const codec = createCodec('a.B', message({ a: uint32(1) }))
    expect(refusal(() => codec.decode(filled([0x13], eightMiB)))).toContain('wire type 3')
    expect(refusal(() => codec.decode(filled([0x0b], eightMiB)))).toContain('wire type 3')
  })
})

describe('maxItems', () => {
  const codec = createCodec(
    'a.B',
    message({
      packed: repeated(uint32(1), { maxItems: 3 }),
      wide: repeated(fixed32(2), { maxItems: 3 }),
      texts: repeated(string(3), { maxItems: 3 }),
      m: map('uint32', uint32(4), { maxItems: 3 }),
    }),
  )
  const value = { packed: [1, 2, 300], wide: [1, 2, 3], texts: ['', '', ''], m: new Map([1, 2, 3].map((key) => [key, key])) }

  it('takes that many, and refuses one more on both sides', () => {
    expect(codec.decode(codec.encode(value))).toEqual(value)
    for (const more of [
      { packed: [1, 2, 3, 4] },
      { wide: [1, 2, 3, 4] },
      { texts: ['', '', '', ''] },
      { m: new Map([1, 2, 3, 4].map((key) => [key, key])) },
    ]) {
      expect(() => codec.encode({ ...value, ...more })).toThrow(/PROTOCOL_ENCODE_FAILED|more than 3 items/)
      const free = createCodec(
        'a.B',
        message({ packed: repeated(uint32(1)), wide: repeated(fixed32(2)), texts: repeated(string(3)), m: map('uint32', uint32(4)) }),
      )
      expect(refusal(() => codec.decode(free.encode({ ...value, ...more })))).toContain('it has more than 3 items')
    }
  })

  it('counts over all occurrences of a field, packed or not', () => {
    expect(refusal(() => codec.decode(Uint8Array.of(0x08, 1, 0x0a, 2, 2, 3, 0x08, 4)))).toContain('more than 3 items')
    expect(codec.decode(Uint8Array.of(0x08, 1, 0x0a, 2, 2, 3)).packed).toEqual([1, 2, 3])
  })
})

describe('withLimits', () => {
  it('gives the same codec with another limit', () => {
    const codec = createCodec('a.B', message({ a: repeated(uint32(1)) }), { maxElements: 10 })
    const wire = codec.encode({ a: [1, 2, 3] })
    expect(codec.decode(wire)).toEqual({ a: [1, 2, 3] })
    expect(refusal(() => codec.withLimits({ maxElements: 2 }).decode(wire))).toContain('more elements than the limit')
    expect(codec.withLimits({ maxElements: 2 }).withLimits({ maxElements: 3 }).decode(wire)).toEqual({ a: [1, 2, 3] })
    expect(codec.withLimits({ maxElements: 2 }).encode({ a: [1, 2, 3] })).toEqual(wire)
    expect(() => codec.withLimits({ maxElements: 0 })).toThrow(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
  })
})

// Every kind of field, tensors in every place that they can be in.
const Part = message('Part', { x: double(1), label: optional(string(2)), t: optional(tensor(3)) })
const everything = message({
  n: uint32(1),
  big: int64(2),
  s: string(3),
  b: bytes(4),
  mood: enumeration(5, { FLAT: 0, UP: 1, DOWN: -1 }),
  part: optional(nested(6, Part)),
  parts: repeated(nested(7, Part)),
  zigzag: repeated(sint32(8)),
  tensor: optional(tensor(9)),
  tensors: repeated(tensor(10)),
  byName: map('string', tensor(11)),
  partById: map('sint64', nested(12, Part)),
  narrow: optional(tensor(13, { dtype: 'F32', rank: 2 })),
})
const good = createCodec('a.Everything', everything).encode({
  n: 7,
  big: -1n,
  s: 'ä€😀',
  b: Uint8Array.of(1, 2, 3),
  mood: 'DOWN',
  part: { x: 1.5, label: '', t: f64Tensor([1, 2]) },
  parts: [{ x: -0 }, { x: 2, t: tensorOf('BOOL', [2], Uint8Array.of(0, 1)) }],
  zigzag: [1, -1, 2 ** 31 - 1],
  tensor: tensorOf('I64', [1, 2, 1], BigInt64Array.of(-1n, 2n)),
  tensors: [f64Tensor([]), tensorOf('U8', [], Uint8Array.of(5))],
  byName: new Map([['__proto__', f64Tensor([3])]]),
  partById: new Map([[-5n, { x: 0 }]]),
  narrow: tensorOf('F32', [1, 2], Float32Array.of(1, 2)),
})
const tensorMessage = createCodec('a.T', message({ t: tensor(1) })).encode({ t: tensorOf('F32', [2, 300], new Float32Array(600)) })
const targets: readonly (readonly [Codec<unknown>, Uint8Array])[] = [
  [createCodec('a.Everything', everything), good],
  [createCodec('a.T', message({ t: tensor(1) })), tensorMessage],
  [
    createCodec('a.TensorChunk', tensorChunk),
    createCodec('a.TensorChunk', tensorChunk).encode({ shape: [4n, 2n], offset: 2n, part: f64Tensor([1, 2]) }),
  ],
  [createCodec('a.Empty', Empty), new Uint8Array(0)],
]

const position = (wire: Uint8Array) => fc.nat({ max: Math.max(0, wire.length - 1) })
/** A field made of a likely tag and an unlikely content. */
const anyField = fc
  .tuple(fc.integer({ min: 0, max: 16 }), fc.nat({ max: 7 }), fc.uint8Array({ maxLength: 12 }))
  .map(([number, wireType, content]) =>
    [(number << 3) | wireType, ...(wireType === 2 ? [content.length] : []), ...content].map((x) => x & 255),
  )
const tensorFields = fc
  .array(
    anyField.map(([tag = 0, ...rest]) => [(tag & 7) | (((tag >> 3) % 4) << 3), ...rest]),
    { maxLength: 6 },
  )
  .map((fields) => fields.flat())
const malformed = (wire: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    position(wire).map((end) => wire.subarray(0, end)),
    fc.array(fc.tuple(position(wire), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }).map((changes) => {
      const copy = Uint8Array.from(wire)
      for (const [index, byte] of changes) copy[index] = byte
      return copy
    }),
    fc.tuple(position(wire), fc.array(anyField, { maxLength: 4 })).map(([at, fields]) => {
      const inserted = fields.flat()
      return Uint8Array.from([...wire.subarray(0, at), ...inserted, ...wire.subarray(at)])
    }),
    fc.array(anyField, { maxLength: 8 }).map((fields) => Uint8Array.from(fields.flat())),
    // A tensor made of wrong parts, in the fields that hold one.
    fc
      .tuple(fc.constantFrom(0x0a, 0x1a, 0x4a, 0x52, 0x6a), tensorFields)
      .map(([tag, inner]) => Uint8Array.from([tag, inner.length & 127, ...inner])),
  )

describe('malformed protobuf and malformed tensors', () => {
  it('20,000 cases: nothing but a value or PROTOCOL_DECODE_FAILED, whole tensors, and no touched prototype', () => {
    let refused = 0
    let cases = 0
    fc.assert(
      fc.property(
        fc
          .nat({ max: targets.length - 1 })
          .chain((index) => fc.tuple(fc.constant(index), malformed((targets[index] as [unknown, Uint8Array])[1]))),
        ([index, wire]) => {
          const [codec] = targets[index] as (typeof targets)[number]
          cases++
          try {
            checkTensors(codec.decode(wire))
          } catch (error) {
            refused++
            if (!TensorKitError.isInstance(error) || error.code !== 'PROTOCOL_DECODE_FAILED') throw error
            if (error.shortMessage.includes('unexpected failure')) throw error
          }
        },
      ),
      { numRuns: 20_000 },
    )
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(cases).toBe(20_000)
    // Both happen often: neither is a test of nothing.
    expect(refused).toBeGreaterThan(4_000)
    expect(cases - refused).toBeGreaterThan(1_000)
  })
})

/** Every tensor in a value has as many elements as its shape says. */
function checkTensors(value: unknown): void {
  if (value instanceof Map) for (const item of value.values()) checkTensors(item)
  else if (Array.isArray(value)) for (const item of value) checkTensors(item)
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    const { dtype, shape, data } = value as { dtype?: string; shape?: number[]; data?: ArrayLike<unknown> }
    if (dtype === undefined || !shape || !data) for (const item of Object.values(value)) checkTensors(item)
    else if (data.length !== shape.reduce((product, size) => product * size, 1)) throw new Error('a tensor does not fit its shape')
  }
}
