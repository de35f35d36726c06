import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tensorOf } from '../tensor/tensor.js'
import { defineProtocol } from './define-protocol.js'
import { diffProtocols, type FailingSide, type ProtocolChange } from './diff-protocols.js'
import {
  bool,
  bytes,
  double,
  enumeration,
  enumType,
  type Field,
  type Fields,
  type FieldType,
  int32,
  int64,
  map,
  message,
  nested,
  optional,
  repeated,
  sint32,
  sint64,
  string,
  tensor,
  uint32,
  uint64,
} from './fields.js'
import { bidi, clientStreaming, serverStreaming, unary } from './methods.js'

const empty = message({})
const Point = message('Point', { x: double(1) })
const withFields = (fields: Fields) => defineProtocol('a.v1.A', { call: unary({ request: message(fields), response: empty }) })
const mood = (values: Record<string, number>) => ({ mood: enumeration(1, enumType('Mood', { FLAT: 0, ...values })) })

// What is added or changed beside one field that stays.
const cases: readonly (readonly [name: string, older: Fields, newer: Fields, changes: string, fails: readonly FailingSide[]])[] = [
  ['nothing', { a: uint32(1) }, { a: uint32(1) }, '', []],
  ['another order', { a: uint32(1), b: string(2) }, { b: string(2), a: uint32(1) }, '', []],
  ['a scalar added', {}, { b: uint32(2) }, 'field-added', []],
  ['an optional added', {}, { b: optional(string(2)) }, 'field-added', []],
  ['a list added', {}, { b: repeated(uint32(2)) }, 'field-added', []],
  ['a map added', {}, { b: map('string', uint32(2)) }, 'field-added', []],
  ['an optional tensor added', {}, { b: optional(tensor(2)) }, 'field-added', []],
  ['a required message added', {}, { b: nested(2, Point) }, 'field-added', ['newReader']],
  ['a required tensor added', {}, { b: tensor(2) }, 'field-added', ['newReader']],
  ['a scalar removed', { b: uint32(2) }, {}, 'field-removed', []],
  ['a list removed', { b: repeated(nested(2, Point)) }, {}, 'field-removed', []],
  ['a required message removed', { b: nested(2, Point) }, {}, 'field-removed', ['oldReader']],
  ['a required tensor removed', { b: tensor(2) }, {}, 'field-removed', ['oldReader']],
  ['a field renamed', { b: uint32(2) }, { c: uint32(2) }, 'field-renamed', []],
  ['a number changed', { b: uint32(2) }, { b: uint32(3) }, 'field-number-changed', ['oldReader', 'newReader']],
  [
    'two numbers swapped',
    { b: uint32(2), c: uint32(3) },
    { b: uint32(3), c: uint32(2) },
    'field-number-changed field-number-reused field-number-changed field-number-reused',
    ['oldReader', 'newReader'],
  ],
  ['a number reused by another type', { b: uint32(2) }, { c: string(2) }, 'field-number-reused', ['oldReader', 'newReader']],
  ['a scalar of another type', { b: uint32(2) }, { b: string(2) }, 'field-type-changed', ['oldReader', 'newReader']],
  ['zigzag', { b: int32(2) }, { b: sint32(2) }, 'field-type-changed', ['oldReader', 'newReader']],
  ['a sign', { b: int64(2) }, { b: uint64(2) }, 'field-type-changed', ['oldReader', 'newReader']],
  ['uint32 to uint64', { b: uint32(2) }, { b: uint64(2) }, 'field-type-changed', ['oldReader']],
  ['int32 to int64', { b: int32(2) }, { b: int64(2) }, 'field-type-changed', ['oldReader']],
  ['sint64 to sint32', { b: sint64(2) }, { b: sint32(2) }, 'field-type-changed', ['newReader']],
  ['string to bytes', { b: string(2) }, { b: bytes(2) }, 'field-type-changed', ['oldReader']],
  ['bytes to string', { b: bytes(2) }, { b: string(2) }, 'field-type-changed', ['newReader']],
  ['a packed list of another type', { b: repeated(uint32(2)) }, { b: repeated(uint64(2)) }, 'field-type-changed', ['oldReader']],
  ['a message to bytes', { b: nested(2, Point) }, { b: bytes(2) }, 'field-type-changed', ['oldReader', 'newReader']],
  ['a message to a tensor', { b: nested(2, Point) }, { b: tensor(2) }, 'field-type-changed', ['oldReader', 'newReader']],
  ['an enum to a number', mood({ UP: 1 }), { mood: int32(1) }, 'field-type-changed', ['oldReader', 'newReader']],
  ['the key of a map', { b: map('uint32', bool(2)) }, { b: map('string', bool(2)) }, 'field-type-changed', ['oldReader', 'newReader']],
  ['the value of a map', { b: map('uint32', bool(2)) }, { b: map('uint32', string(2)) }, 'field-type-changed', ['oldReader', 'newReader']],
  ['single to list', { b: string(2) }, { b: repeated(string(2)) }, 'field-label-changed', ['oldReader', 'newReader']],
  [
    'list to map',
    { b: repeated(nested(2, Point)) },
    { b: map('uint32', nested(2, Point)) },
    'field-label-changed',
    ['oldReader', 'newReader'],
  ],
  ['a scalar made optional', { b: uint32(2) }, { b: optional(uint32(2)) }, 'field-presence-changed', []],
  ['an optional scalar made implicit', { b: optional(string(2)) }, { b: string(2) }, 'field-presence-changed', []],
  ['a message made optional', { b: nested(2, Point) }, { b: optional(nested(2, Point)) }, 'field-presence-changed', ['oldReader']],
  ['an optional tensor made required', { b: optional(tensor(2)) }, { b: tensor(2) }, 'field-presence-changed', ['newReader']],
  ['a dtype demanded', { b: tensor(2) }, { b: tensor(2, { dtype: 'F32' }) }, 'field-constraint-changed', ['newReader']],
  ['a dtype set free', { b: tensor(2, { dtype: 'F32' }) }, { b: tensor(2) }, 'field-constraint-changed', ['oldReader']],
  ['another rank', { b: tensor(2, { rank: 1 }) }, { b: tensor(2, { rank: 2 }) }, 'field-constraint-changed', ['oldReader', 'newReader']],
  ['fewer items', { b: repeated(bool(2)) }, { b: repeated(bool(2), { maxItems: 2 }) }, 'field-constraint-changed', ['newReader']],
  [
    'more items',
    { b: map('uint32', bool(2), { maxItems: 1 }) },
    { b: map('uint32', bool(2), { maxItems: 3 }) },
    'field-constraint-changed',
    ['oldReader'],
  ],
  ['an enum value added', mood({}), mood({ UP: 1 }), 'enum-value-added', ['oldReader']],
  ['an enum value removed', mood({ UP: 1 }), mood({}), 'enum-value-removed', ['newReader']],
  ['an enum value renamed', mood({ UP: 1 }), mood({ HIGH: 1 }), 'enum-value-renamed', []],
  ['an enum number changed', mood({ UP: 1 }), mood({ UP: 2 }), 'enum-number-changed', ['oldReader', 'newReader']],
  [
    'two enum numbers swapped',
    mood({ UP: 1, HIGH: 2 }),
    mood({ UP: 2, HIGH: 1 }),
    'enum-number-changed enum-number-changed',
    ['oldReader', 'newReader'],
  ],
  ['a message renamed', { b: nested(2, Point) }, { b: nested(2, message('Spot', { x: double(1) })) }, 'type-renamed', []],
  [
    'a message changed where it is used twice',
    { b: repeated(nested(2, Point)), c: optional(nested(3, Point)) },
    { b: repeated(nested(2, message('Point', { x: double(1), y: uint32(2) }))), c: optional(nested(3, Point)) },
    'field-added',
    [],
  ],
  [
    'a field of an inner message',
    { b: nested(2, message({ c: nested(1, message({ d: uint32(1) })) })) },
    { b: nested(2, message({ c: nested(1, message({ d: string(1) })) })) },
    'field-type-changed',
    ['oldReader', 'newReader'],
  ],
]

const kinds = (changes: readonly ProtocolChange[]) => changes.map(({ kind }) => kind).join(' ')

describe('diffProtocols', () => {
  // One Point in both places, or the protocol is refused.
  const table = cases.map(([name, older, newer, ...rest]): (typeof cases)[number] => {
    const { b, c } = newer
    if (name !== 'a message changed where it is used twice' || !b || !c) return [name, older, newer, ...rest]
    const inner = (b.type as Extract<FieldType, { kind: 'repeated' }>).element as Extract<FieldType, { kind: 'message' }>
    return [name, older, { b, c: optional(nested(3, inner.message)) }, ...rest]
  })

  it.each(table)('%s', (_, older, newer, expected, fails) => {
    const changes = diffProtocols(withFields(older).$schema, withFields(newer).$schema)
    expect(kinds(changes)).toBe(expected)
    expect(new Set(changes.flatMap((change) => change.fails))).toEqual(new Set(fails))
    for (const { impact, fails: sides, where } of changes) {
      expect(impact === 'breaking').toBe(sides.length > 0)
      expect(where).toMatch(/^a\.v1\./)
    }
  })

  it.each(table)('%s: its verdict holds for the bytes', (_, older, newer, __, fails) => {
    const [from, to] = [withFields(older).call.request, withFields(newer).call.request]
    const readers = [
      { side: 'newReader', write: from, read: to, written: older, reading: newer },
      { side: 'oldReader', write: to, read: from, written: newer, reading: older },
    ] as const
    for (const { side, write, read, written, reading } of readers) {
      const agrees = (value: unknown) => {
        try {
          return isSameMessage(written, value, reading, read.decode(write.encode(value as never)))
        } catch (error) {
          expect(error).toMatchObject({ code: 'PROTOCOL_DECODE_FAILED' })
          return false
        }
      }
      const values = anyValue({ kind: 'message', message: message(written) })
      if (fails.includes(side)) expect(fc.sample(values, 200).every(agrees)).toBe(false)
      else fc.assert(fc.property(values, agrees), { numRuns: 40 })
    }
  })

  it('tells of services and methods', () => {
    const given = { request: Point, response: empty }
    const service = (name: string, ...[one, two]: readonly (typeof unary | typeof bidi | undefined)[]) =>
      defineProtocol(name, { ...(one && { one: one(given) }), ...(two && { two: two(given) }), last: unary(given) }).$schema
    const verdicts = (older: ReturnType<typeof service>, newer: ReturnType<typeof service>) =>
      diffProtocols(older, newer).map(({ kind, where, impact }) => [kind, where, impact])
    expect(verdicts(service('a.B'), service('a.B', unary))).toEqual([['method-added', '/a.B/One', 'none']])
    expect(verdicts(service('a.B', unary), service('a.B'))).toEqual([['method-removed', '/a.B/One', 'breaking']])
    expect(verdicts(service('a.B', unary), service('a.B', bidi))).toEqual([['method-kind-changed', '/a.B/One', 'breaking']])
    expect(verdicts(service('a.B'), service('a.C'))).toEqual([['service-renamed', 'a.B', 'breaking']])
    expect(verdicts(service('a.v1.B'), service('a.v2.B'))).toEqual([['service-renamed', 'a.v1.B', 'breaking']])
    expect(verdicts(service('a.B', unary, unary), service('a.B', unary, unary))).toEqual([])
    for (const kind of [serverStreaming, clientStreaming, bidi]) {
      const changed = defineProtocol('a.B', { last: kind(given) }).$schema
      expect(verdicts(service('a.B'), changed)).toEqual([['method-kind-changed', '/a.B/Last', 'breaking']])
    }
  })

  it('speaks of a response as of a request, and of renames as a matter of JSON', () => {
    const of = (fields: Fields) => defineProtocol('a.B', { call: unary({ request: empty, response: message(fields) }) }).$schema
    expect(diffProtocols(of({ stdDev: uint32(1) }), of({ spread: uint32(1) }))).toEqual([
      {
        kind: 'field-renamed',
        where: 'a.CallResponse.std_dev',
        what: 'it is spread now; if that means something else, give it a number of its own',
        impact: 'json',
        fails: [],
      },
    ])
  })
})

/** Values of a type, extremes often. */
function anyValue(type: FieldType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'message':
      return fc.record(Object.fromEntries(Object.entries(type.message.fields).map(([name, field]) => [name, fieldValue(field)])))
    case 'enum':
      return fc.constantFrom(...Object.keys(type.definition.values))
    case 'tensor': {
      const { dtype, rank = 1 } = type
      const shape = Array<number>(rank).fill(1)
      const made = [tensorOf('F32', shape, Float32Array.of(1.5)), tensorOf('I64', shape, BigInt64Array.of(5n))]
      const more = rank === 1 && type.rank === undefined ? [tensorOf('F32', [1, 1], Float32Array.of(2))] : []
      return fc.constantFrom(...[...made, ...more].filter((one) => dtype === undefined || one.dtype === dtype))
    }
    case 'repeated':
      return fc.array(anyValue(type.element), { maxLength: type.maxItems ?? 4 })
    case 'map':
      return fc
        .array(fc.tuple(scalarValue(type.key), anyValue(type.value)), { maxLength: type.maxItems ?? 3 })
        .map((items) => new Map(items))
    default:
      return scalarValue(type.scalar)
  }
}

const fieldValue = (field: Field): fc.Arbitrary<unknown> =>
  field.presence === 'optional' ? fc.option(anyValue(field.type), { nil: undefined }) : anyValue(field.type)

function scalarValue(scalar: string): fc.Arbitrary<unknown> {
  const big = scalar.endsWith('64')
  if (scalar === 'string') return fc.string({ maxLength: 5 })
  if (scalar === 'bytes') return fc.uint8Array({ minLength: 2, maxLength: 5 })
  if (scalar === 'bool') return fc.boolean()
  if (scalar === 'double') return fc.double({ noNaN: true })
  if (scalar.startsWith('u')) return big ? fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) : fc.nat({ max: 0xffffffff })
  return big ? fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }) : fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
}

/** Whether what was read is what was written: by number, and by name, in the fields that both have. */
function isSameMessage(written: Fields, value: unknown, reading: Fields, read: unknown): boolean {
  const [given, got] = [value, read] as [Record<string, unknown>, Record<string, unknown>]
  return Object.entries(written).every(([name, field]) => {
    const names = Object.keys(reading).filter((other) => other === name || reading[other]?.number === field.number)
    return names.every((other) => isSame(field.type, given[name], (reading[other] as Field).type, got[other]))
  })
}

function isSame(written: FieldType, value: unknown, reading: FieldType, read: unknown): boolean {
  // What is left out reads as nothing, or as a default.
  if (value === undefined) return read === undefined || isDefault(read)
  if (read === undefined) return isDefault(value)
  if (written.kind === 'message' && reading.kind === 'message')
    return isSameMessage(written.message.fields, value, reading.message.fields, read)
  if (written.kind === 'enum' && reading.kind === 'enum') {
    return (
      written.definition.values[value as string] === reading.definition.values[read as string] && isSameName(written, value, reading, read)
    )
  }
  if (written.kind === 'repeated' && reading.kind === 'repeated') {
    const [a, b] = [value, read] as [unknown[], unknown[]]
    return a.length === b.length && a.every((item, i) => isSame(written.element, item, reading.element, b[i]))
  }
  return plain(value) === plain(read)
}

/** A name that both enums have means the same value. */
function isSameName(
  written: Extract<FieldType, { kind: 'enum' }>,
  value: unknown,
  reading: Extract<FieldType, { kind: 'enum' }>,
  read: unknown,
) {
  const shared = (value as string) in reading.definition.values || (read as string) in written.definition.values
  return !shared || value === read
}

const isDefault = (value: unknown): boolean => value === 0 || value === 0n || value === '' || value === false

/** A value as text: numbers of any width alike, bytes as the text that they are. */
function plain(value: unknown): string {
  if (value instanceof Uint8Array) return `text ${Buffer.from(value).toString()}`
  if (typeof value === 'string') return `text ${value}`
  if (value instanceof Map) return JSON.stringify([...value].map(([key, item]) => [plain(key), plain(item)]))
  if (typeof value === 'object' && value !== null && 'dtype' in value) {
    const { dtype, shape, data } = value as { dtype: string; shape: number[]; data: ArrayLike<unknown> }
    return JSON.stringify([dtype, shape, Array.from(data, String)])
  }
  return Object.is(value, -0) ? '-0' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}
