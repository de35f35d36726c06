import fc from 'fast-check'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { TensorKitError } from '../errors/tensorkit-error.js'
import { f64Tensor, tensorOf } from '../tensor/tensor.js'
import { tensorProto } from '../tensor/tensor-codec.js'
import { createCodec } from './codec.js'
import { defineProtocol } from './define-protocol.js'
import { emitProto } from './emit-proto.js'
import {
  bool,
  bytes,
  double,
  enumeration,
  enumType,
  type Field,
  type Fields,
  fixed32,
  fixed64,
  float,
  int32,
  int64,
  type MessageType,
  type MessageValue,
  map,
  message,
  nested,
  optional,
  repeated,
  sfixed32,
  sfixed64,
  sint32,
  sint64,
  string,
  tensor,
  uint32,
  uint64,
} from './fields.js'
import { unary } from './methods.js'

/** protobufjs' reflection on the emitted text: a peer that shares nothing with the codec but the text. */
function peerOf(type: MessageType): protobuf.Type {
  const protocol = defineProtocol('peer.v1.Peer', { call: unary({ request: type, response: message({}) }) })
  const root = new protobuf.Root()
  protobuf.parse(tensorProto, root, { keepCase: false })
  protobuf.parse(emitProto(protocol), root, { keepCase: false })
  return root.resolveAll().lookupType('peer.v1.CallRequest')
}

const codecOf = <M extends MessageType>(type: M) => createCodec('peer.v1.CallRequest', type)

const number64 = (signed: boolean) => fc.bigInt(signed ? { min: -(1n << 63n), max: (1n << 63n) - 1n } : { min: 0n, max: (1n << 64n) - 1n })
const text = fc.string({ unit: 'grapheme', maxLength: 8 })
const blob = fc.uint8Array({ maxLength: 8 })
const int = fc.integer({ min: -0x80000000, max: 0x7fffffff })
const uint = fc.integer({ min: 0, max: 0xffffffff })

// Each kind of single field: how it is made, and its values.
const Trend = enumType('Trend', { FLAT: 0, UP: 1, DOWN: -1, FAR: 0x7fffffff })
const Inner = message('Inner', { count: sint32(1), label: optional(string(2)) })
const singles: readonly (readonly [(number: number) => Field<unknown, 'implicit' | 'required'>, fc.Arbitrary<unknown>])[] = [
  [double, fc.double()],
  [float, fc.float()],
  [int32, int],
  [int64, number64(true)],
  [uint32, uint],
  [uint64, number64(false)],
  [sint32, int],
  [sint64, number64(true)],
  [fixed32, uint],
  [fixed64, number64(false)],
  [sfixed32, int],
  [sfixed64, number64(true)],
  [bool, fc.boolean()],
  [string, text],
  [bytes, blob],
  [(number) => enumeration(number, Trend), fc.constantFrom('FLAT', 'UP', 'DOWN', 'FAR')],
  [(number) => nested(number, Inner), fc.record({ count: int, label: text }, { requiredKeys: ['count'] })],
  [(number) => tensor(number), fc.array(fc.double(), { maxLength: 6 }).map((values) => f64Tensor(values, [1, values.length]))],
]
const keys = [
  ['int32', int],
  ['int64', number64(true)],
  ['uint32', uint],
  ['uint64', number64(false)],
  ['sint32', int],
  ['sint64', number64(true)],
  ['fixed32', uint],
  ['fixed64', number64(false)],
  ['sfixed32', int],
  ['sfixed64', number64(true)],
  ['bool', fc.boolean()],
  ['string', fc.oneof(text, fc.constantFrom('__proto__', 'constructor', ''))],
] as const

/** What JavaScript makes hard: names and keys that objects inherit. */
const hard = { keys, names: ['constructor', 'toString', 'hasOwnProperty', 'stdDev', 'a', 'x1', 'message', 'valueOf'] }
/** The same, without what protobufjs gets wrong: keys become names of an object's members there, which loses 64-bit ones and false. */
const plain = {
  keys: [
    ['int32', int],
    ['uint32', uint],
    ['sint32', int],
    ['fixed32', uint],
    ['sfixed32', int],
    ['string', text],
  ] as const,
  names: ['stdDev', 'a', 'x1', 'message', 'string', 'aBCd', 'optional', 'b'],
}

/** Any field, with the values that it takes. */
const anyField = (choice: typeof hard | typeof plain) =>
  fc
    .tuple(
      fc.constantFrom(...singles),
      fc.constantFrom('single', 'optional', 'repeated', 'map'),
      fc.constantFrom(...choice.keys),
      fc.integer({ min: 1, max: 18999 }),
    )
    .map(([[make, values], wrapper, [key, keyValues], number]): { field: Field; values: fc.Arbitrary<unknown> } => {
      const field = make(number)
      if (wrapper === 'optional') return { field: optional(field), values: fc.option(values, { nil: undefined }) }
      if (wrapper === 'repeated') return { field: repeated(field), values: fc.array(values, { maxLength: 5 }) }
      if (wrapper === 'map')
        return {
          field: map(key, field),
          values: fc.array(fc.tuple(keyValues as fc.Arbitrary<unknown>, values), { maxLength: 4 }).map((entries) => new Map(entries)),
        }
      return { field, values }
    })

/** Any message, with one of its values. */
const anyMessage = (choice: typeof hard | typeof plain = hard) =>
  fc.uniqueArray(anyField(choice), { selector: ({ field }) => field.number, maxLength: 8 }).chain((members) => {
    const { names } = choice
    const fields: Fields = Object.fromEntries(members.map(({ field }, index) => [names[index] as string, field]))
    const values = Object.fromEntries(members.map((member, index) => [names[index] as string, member.values]))
    return fc.record(values).map((value) => ({ type: message(fields), value: withoutUndefined(value) }))
  })

const withoutUndefined = (value: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))

describe('codec', () => {
  it('reads back any value of any message', () => {
    fc.assert(
      fc.property(anyMessage(), ({ type, value }) => {
        const codec = codecOf(type)
        expect(codec.decode(codec.encode(value))).toEqual(value)
      }),
      { numRuns: 300 },
    )
  })

  it('is read by protobufjs, whose bytes it reads in turn', () => {
    fc.assert(
      fc.property(anyMessage(plain), ({ type, value }) => {
        const codec = codecOf(type)
        const peer = peerOf(type)
        const theirs = peer.encode(peer.decode(codec.encode(value))).finish()
        expect(codec.decode(theirs)).toEqual(value)
      }),
      { numRuns: 150 },
    )
  })

  it('never fails otherwise than by PROTOCOL_DECODE_FAILED, whatever the bytes, and never touches a prototype', () => {
    const garbled = anyMessage().chain(({ type, value }) => {
      const good = codecOf(type).encode(value)
      const flipped = fc
        .array(fc.tuple(fc.nat({ max: Math.max(0, good.length - 1) }), fc.nat({ max: 255 })), { maxLength: 4 })
        .map((changes) => {
          const copy = Uint8Array.from(good)
          for (const [index, byte] of changes) copy[index] = byte
          return copy
        })
      return fc.record({
        type: fc.constant(type),
        input: fc.oneof(
          flipped,
          fc.uint8Array({ maxLength: 64 }),
          fc.nat({ max: good.length }).map((end) => good.subarray(0, end)),
        ),
      })
    })
    let refused = 0
    fc.assert(
      fc.property(garbled, ({ type, input }) => {
        try {
          codecOf(type).decode(input)
        } catch (error) {
          refused++
          expect(error).toMatchObject({ code: 'PROTOCOL_DECODE_FAILED' })
          if ((error as TensorKitError).message.includes('unexpected failure')) throw error
        }
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
      { numRuns: 1000 },
    )
    expect(refused).toBeGreaterThan(100)
  })

  it('merges two messages joined together as protobuf demands', () => {
    const Part = message({
      a: uint32(1),
      list: repeated(uint32(2)),
      inner: nested(3, message({ x: uint32(1), y: optional(uint32(2)) })),
      data: tensor(4),
    })
    const codec = codecOf(Part)
    const first = codec.encode({ a: 1, list: [1, 2], inner: { x: 5, y: 6 }, data: tensorOf('U8', [2], Uint8Array.of(1, 2)) })
    const second = peerOf(Part)
      .encode({ a: 2, list: [3], inner: { x: 7 }, data: { shape: [1] } })
      .finish()
    const joined = new Uint8Array([...first, ...second])
    expect(codec.decode(joined)).toEqual({
      a: 2,
      list: [1, 2, 3],
      inner: { x: 7, y: 6 },
      data: tensorOf('U8', [2, 1], Uint8Array.of(1, 2)),
    })
  })

  it('passes over unknown fields of every framing, and gives defaults for absent ones', () => {
    const Old = message({
      n: uint64(1),
      s: string(2),
      b: bytes(3),
      on: bool(4),
      list: repeated(double(5)),
      m: map('string', uint32(6)),
      o: optional(uint32(7)),
      e: enumeration(8, { FLAT: 0, UP: 1 }),
    })
    const New = message({ a: uint64(11), f: fixed32(12), g: fixed64(13), h: string(14), n: uint64(1) })
    const decoded = codecOf(Old).decode(codecOf(New).encode({ a: 2n ** 63n, f: 1, g: 2n, h: 'x', n: 3n }))
    expect(decoded).toEqual({ n: 3n, s: '', b: new Uint8Array(0), on: false, list: [], m: new Map(), e: 'FLAT' })
    expect(codecOf(message({})).decode(new Uint8Array(0))).toEqual({})
  })

  it('takes both packings of a repeated number', () => {
    const codec = codecOf(message({ list: repeated(uint32(1)) }))
    expect(codec.decode(Uint8Array.of(0x08, 1, 0x0a, 2, 2, 3, 0x08, 4))).toEqual({ list: [1, 2, 3, 4] })
  })

  it('decodes views, not copies, of plain Uint8Array even from a Buffer', () => {
    const codec = codecOf(message({ data: bytes(1) }))
    const wire = Buffer.from(codec.encode({ data: Uint8Array.of(1, 2, 3) }))
    const { data } = codec.decode(wire)
    expect(data.buffer).toBe(wire.buffer)
    expect(Buffer.isBuffer(data)).toBe(false)
  })
})

function refusal(run: () => unknown): { code: string; field: unknown; message: string } {
  try {
    run()
  } catch (error) {
    if (TensorKitError.isInstance(error)) return { code: error.code, field: error.facts.field, message: error.shortMessage }
    throw error
  }
  throw new Error('accepted')
}

describe('refusals of encode', () => {
  const cases: readonly (readonly [string, Fields, Record<string, unknown>, string])[] = [
    ['a uint32 above 2^32 - 1', { a: uint32(1) }, { a: 2 ** 32 }, 'a'],
    ['a negative uint32', { a: uint32(1) }, { a: -1 }, 'a'],
    ['a fraction', { a: int32(1) }, { a: 1.5 }, 'a'],
    ['NaN as an integer', { a: sint32(1) }, { a: Number.NaN }, 'a'],
    ['a number as int64', { a: int64(1) }, { a: 1 }, 'a'],
    ['a bigint as int32', { a: int32(1) }, { a: 1n }, 'a'],
    ['an int64 of 2^63', { a: int64(1) }, { a: 2n ** 63n }, 'a'],
    ['a uint64 of 2^64', { a: fixed64(1) }, { a: 2n ** 64n }, 'a'],
    ['a finite number beyond a float', { a: float(1) }, { a: 1e39 }, 'a'],
    ['a text as number', { a: double(1) }, { a: '1' }, 'a'],
    ['a number as text', { a: string(1) }, { a: 1 }, 'a'],
    ['a lone surrogate', { a: string(1) }, { a: 'x\ud800' }, 'a'],
    ['an array as bytes', { a: bytes(1) }, { a: [1] }, 'a'],
    ['1 as bool', { a: bool(1) }, { a: 1 }, 'a'],
    ['an unknown enum name', { a: enumeration(1, { FLAT: 0 }) }, { a: 'toString' }, 'a'],
    ['an enum as number', { a: enumeration(1, { FLAT: 0 }) }, { a: 0 }, 'a'],
    ['a missing scalar', { a: uint32(1) }, {}, 'a'],
    ['null for an optional', { a: optional(uint32(1)) }, { a: null }, 'a'],
    ['a missing list', { a: repeated(uint32(1)) }, {}, 'a'],
    ['a hole in a list', { a: repeated(uint32(1)) }, { a: [1, undefined] }, 'a[1]'],
    ['a missing message', { a: nested(1, message({})) }, {}, 'a'],
    ['a list of messages with a fault', { a: repeated(nested(1, message({ b: uint32(1) }))) }, { a: [{ b: 1 }, { b: -1 }] }, 'a[1].b'],
    ['an object as map', { a: map('string', uint32(1)) }, { a: {} }, 'a'],
    ['a missing tensor', { a: tensor(1) }, {}, 'a'],
    ['a tensor of another dtype', { a: tensor(1, { dtype: 'F32' }) }, { a: f64Tensor([1]) }, 'a'],
    ['a tensor of another rank', { a: tensor(1, { rank: 2 }) }, { a: f64Tensor([1]) }, 'a'],
    ['a tensor that does not fit its shape', { a: tensor(1) }, { a: { dtype: 'F64', shape: [3], data: new Float64Array(2) } }, 'a'],
    ['an inherited value', { toString: string(1) }, {}, 'toString'],
  ]
  it.each(cases)('%s', (_, fields, value, field) => {
    expect(refusal(() => codecOf(message(fields)).encode(value))).toMatchObject({ code: 'PROTOCOL_ENCODE_FAILED', field })
  })

  it('names message and field in one line', () => {
    expect(refusal(() => codecOf(message({ horizon: uint32(2) })).encode({ horizon: -1 })).message).toBe(
      'Cannot encode peer.v1.CallRequest, field horizon: the value must be an integer from 0 to 4294967295',
    )
    expect(refusal(() => codecOf(message({})).encode(undefined as never)).message).toBe(
      'Cannot encode peer.v1.CallRequest: the value must be an object',
    )
  })

  it('takes NaN, the infinities and -0, and leaves only +0 off the wire', () => {
    const codec = codecOf(message({ a: float(1), b: double(2) }))
    for (const a of [Number.NaN, Infinity, -Infinity, -0]) {
      expect(codec.decode(codec.encode({ a, b: a }))).toEqual({ a, b: a })
    }
    expect(codec.encode({ a: 0, b: 0 })).toHaveLength(0)
  })
})

describe('refusals of decode', () => {
  const cases: readonly (readonly [string, Fields, readonly number[], string])[] = [
    ['a field cut off', { a: uint32(1) }, [0x08], 'ends within'],
    ['a length beyond the end', { a: string(1) }, [0x0a, 5, 65], 'ends within'],
    ['a length of 2^32 - 1', { a: bytes(1) }, [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], 'ends within'],
    ['a length of 2^35', { a: bytes(1) }, [0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 'out of the range of 32 bits'],
    ['a varint of 11 bytes', { a: uint64(1) }, [0x08, ...Array(10).fill(0x80), 0], 'more than'],
    ['a varint of 65 bits', { a: uint64(1) }, [0x08, ...Array(9).fill(0xff), 2], 'more than 64 bits'],
    ['a uint32 above its range', { a: uint32(1) }, [0x08, 0x80, 0x80, 0x80, 0x80, 0x10], 'out of the range'],
    ['the field number 0', { a: uint32(1) }, [0x00, 1], 'number 0'],
    ['a group', { a: uint32(1) }, [0x0b, 0x0c], 'wire type 3'],
    ['an unknown group', { a: uint32(1) }, [0x1b, 0x1c], 'wire type 3'],
    ['another wire type', { a: uint32(1) }, [0x0a, 0], 'wire type 2'],
    ['text that is not UTF-8', { a: string(1) }, [0x0a, 2, 0xc3, 0x28], 'not UTF-8'],
    ['an unknown enum number', { a: enumeration(1, { FLAT: 0 }) }, [0x08, 7], 'no value 7'],
    ['an absent tensor', { a: tensor(1) }, [], 'required, but absent'],
    ['an absent message', { a: nested(1, message({})) }, [], 'required, but absent'],
    ['a map entry without its tensor', { a: map('string', tensor(1)) }, [0x0a, 3, 0x0a, 1, 65], 'dtype is unknown'],
    ['a packed list cut off', { a: repeated(fixed32(1)) }, [0x0a, 3, 0, 0, 0], 'ends within'],
  ]
  it.each(cases)('%s', (_, fields, wire, reason) => {
    const { code, message: text } = refusal(() => codecOf(message(fields)).decode(Uint8Array.from(wire)))
    expect(code).toBe('PROTOCOL_DECODE_FAILED')
    expect(text).toContain(reason)
  })

  it('takes over-long varints and both forms of a negative int32', () => {
    const codec = codecOf(message({ a: int32(1) }))
    expect(codec.decode(Uint8Array.of(0x88, 0x80, 0x00, 0x83, 0x80, 0x00))).toEqual({ a: 3 })
    expect(codec.decode(Uint8Array.of(0x08, 0xff, 0xff, 0xff, 0xff, 0x0f))).toEqual({ a: -1 })
    expect(codec.decode(Uint8Array.of(0x08, ...Array(9).fill(0xff), 1))).toEqual({ a: -1 })
  })

  it('keeps the keys of maps out of prototypes, and the last of equal keys', () => {
    const codec = codecOf(message({ m: map('string', uint32(1)) }))
    const { m } = codec.decode(
      codec.encode({
        m: new Map([
          ['__proto__', 1],
          ['constructor', 2],
        ]),
      }),
    )
    expect([...m]).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ])
    expect(codec.decode(Uint8Array.of(0x0a, 4, 0x0a, 0, 0x10, 1, 0x0a, 2, 0x10, 2))).toEqual({ m: new Map([['', 2]]) })
  })

  it('takes nothing but bytes', () => {
    expect(refusal(() => codecOf(message({})).decode('' as never)).code).toBe('CORE_INVALID_ARGUMENT')
  })
})

describe('maxElements', () => {
  const limited = <F extends Fields>(fields: F, maxElements: number) => createCodec('a.B', message(fields), { maxElements })
  const accepts = (codec: ReturnType<typeof limited>, value: unknown) => {
    const wire = codec.encode(value as MessageValue<MessageType>)
    try {
      codec.decode(wire)
      return true
    } catch (error) {
      expect((error as TensorKitError).shortMessage).toContain('more elements than the limit')
      return false
    }
  }

  it('counts packed and unpacked elements, over all fields', () => {
    const codec = limited({ a: repeated(uint32(1)), b: repeated(string(2)), c: repeated(fixed64(3)) }, 6)
    expect(accepts(codec, { a: [1, 2 ** 31, 3], b: ['', ''], c: [1n] })).toBe(true)
    expect(accepts(codec, { a: [1, 2 ** 31, 3], b: ['', ''], c: [1n, 2n] })).toBe(false)
  })

  it('counts what takes more memory as more', () => {
    const Inner = message({ x: uint32(1), list: repeated(uint32(2)), m: map('uint32', uint32(3)) })
    const inner = { x: 0, list: [], m: new Map() }
    const cases: readonly (readonly [number, Fields, unknown])[] = [
      [4, { a: repeated(bytes(1)) }, { a: [new Uint8Array(0)] }],
      [12, { a: repeated(tensor(1)) }, { a: [f64Tensor([])] }],
      [2 + 1 + 2 + 6, { a: repeated(nested(1, Inner)) }, { a: [inner] }],
      [2 + 1 + 2 + 6, { a: nested(1, Inner) }, { a: inner }],
      [12, { a: optional(tensor(1)) }, { a: f64Tensor([]) }],
      [2 + 1, { a: map('uint32', uint32(1)) }, { a: new Map([[1, 1]]) }],
      [2 + 12, { a: map('uint32', tensor(1)) }, { a: new Map([[1, f64Tensor([])]]) }],
      [2 + 1, { a: nested(1, message({ x: uint32(1) })), b: optional(nested(2, message({}))) }, { a: { x: 1 } }],
    ]
    for (const [cost, fields, value] of cases) {
      expect(accepts(limited(fields, cost), value)).toBe(true)
      expect(accepts(limited(fields, cost - 1), value)).toBe(false)
    }
  })

  it('stops a single message or tensor that comes in a million parts', () => {
    for (const type of [
      message({ a: nested(1, message({})) }),
      message({ a: optional(tensor(1)) }),
      message({ a: map('uint32', nested(1, message({}))) }),
    ]) {
      const parts = new Uint8Array(1 << 21)
      for (let index = 0; index < parts.length; index += 2) parts[index] = type.fields.a.type.kind === 'map' ? 0x12 : 0x0a
      const entry = Uint8Array.of(0x0a, 0x80, 0x80, 0x80, 0x01)
      const wire = type.fields.a.type.kind === 'map' ? new Uint8Array([...entry, ...parts]) : parts
      expect(refusal(() => codecOf(type as MessageType).decode(wire)).message).toContain('more elements than the limit')
    }
  })

  it('stops 4 MiB of elements before they are made', () => {
    const codec = codecOf(message({ a: repeated(uint32(1)) }))
    const packed = new Uint8Array((4 << 20) + 5)
    packed.set([0x0a, 0x80, 0x80, 0x80, 0x02])
    const before = process.memoryUsage().heapUsed
    expect(refusal(() => codec.decode(packed))).toMatchObject({ code: 'PROTOCOL_DECODE_FAILED', field: 'a' })
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(8 << 20)
  })

  it('must be an integer above 0', () => {
    for (const maxElements of [0, -1, 1.5, Number.NaN]) expect(refusal(() => limited({}, maxElements)).code).toBe('CORE_INVALID_ARGUMENT')
  })
})
