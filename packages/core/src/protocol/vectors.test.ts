import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defineProtocol } from './define-protocol.js'
import { emitProto } from './emit-proto.js'
import * as core from './fields.js'
import { unary } from './methods.js'
import type { ScalarName } from './scalars.js'
import { WireReader } from './wire-reader.js'

const { double, enumeration, enumType, map, message, nested, optional, repeated, string, tensor, uint32 } = core
const { bool, bytes, fixed32, fixed64, float, int32, int64, sfixed32, sfixed64, sint32, sint64, uint64 } = core

const { proto, cases } = JSON.parse(
  readFileSync(new URL('../../../../vectors/protobuf/python-protobuf.json', import.meta.url), 'utf8'),
) as {
  proto: string
  cases: { hex: string; json: Record<string, unknown> }[]
}

// In the order of the vectors' file.
const scalarFields = {
  double,
  float,
  int32,
  int64,
  uint32,
  uint64,
  sint32,
  sint64,
  fixed32,
  fixed64,
  sfixed32,
  sfixed64,
  bool,
  string,
  bytes,
}
const each = (wrap: (name: ScalarName, make: (number: number) => core.Field<unknown, 'implicit'>) => [string, core.Field] | undefined) =>
  Object.fromEntries(
    Object.entries(scalarFields).flatMap(([name, make]) => [wrap(name as ScalarName, make)].filter((entry) => entry !== undefined)),
  )

function counter(start: number): () => number {
  let next = start
  return () => next++
}
const [singleNumber, listNumber, mapNumber] = [counter(1), counter(21), counter(41)]
const Point = message('Point', { x: double(1), label: optional(string(2)) })
const Mood = enumType('Mood', { OK: 0, BAD: 1, WORSE: -5 })
const Vectors = defineProtocol('vectors.v1.Vectors', {
  call: unary({
    request: message({
      ...each((name, make) => [`${name}Single`, make(singleNumber())]),
      ...each((name, make) => [`${name}List`, repeated(make(listNumber()))]),
      ...each((name) =>
        ['double', 'float', 'bytes'].includes(name) ? undefined : [`${name}Map`, map(name as 'string', string(mapNumber()))],
      ),
      mood: enumeration(61, Mood),
      moods: repeated(enumeration(62, Mood)),
      point: optional(nested(63, Point)),
      points: repeated(nested(64, Point)),
      byName: map('string', nested(65, Point)),
      tensor: optional(tensor(66)),
      maybe: optional(uint32(67)),
    }),
    response: Point,
  }),
})
const { request } = Vectors.call

describe("Python's protobuf", () => {
  it('compiled what emitProto() gives', () => {
    expect(emitProto(Vectors)).toBe(proto)
    expect(cases.length).toBeGreaterThanOrEqual(40)
  })

  it.each(cases.map(({ hex, json }, index) => [index, hex, json] as const))(
    'case %i: the same value, and the same bytes again',
    (_, hex, json) => {
      const value = request.decode(Buffer.from(hex, 'hex'))
      expect(Buffer.from(withoutPadding(request.encode(value))).toString('hex')).toBe(hex)
      expect(singles(toJson(value))).toEqual(singles(json))
    },
  )
})

/** The bytes without what aligns the tensor in field 66, where there is one. */
function withoutPadding(bytes: Uint8Array): Uint8Array {
  const before: Uint8Array[] = []
  const reader = new WireReader(bytes)
  let from = 0
  while (!reader.done) {
    const { number, wireType } = reader.tag()
    if (number !== 66) {
      reader.skip(wireType)
      from = reader.position
      continue
    }
    const inner = new WireReader(reader.view())
    const kept: Uint8Array[] = []
    while (!inner.done) {
      const start = inner.position
      const field = inner.tag()
      inner.skip(field.wireType)
      if (field.number !== 15) kept.push(inner.bytes.subarray(start, inner.position))
    }
    const tensor = kept.flatMap((part) => [...part])
    before.push(bytes.subarray(0, from), Uint8Array.of(0x92, 0x04, tensor.length, ...tensor), bytes.subarray(reader.position))
  }
  return before.length === 0 ? bytes : Uint8Array.from(before.flatMap((part) => [...part]))
}

const explicit = new Set(['label', 'maybe'])

/** Protobuf's JSON mapping, for what these vectors hold. */
function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [String(key), toJson(entry)]))
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  if (typeof value !== 'object' || value === null) return value
  const isTensor = 'dtype' in value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => explicit.has(name) || !isDefault(member))
      .map(([name, member]) => [name, isTensor && name === 'shape' ? (member as number[]).map(String) : toJson(member)]),
  )
}

function isDefault(member: unknown): boolean {
  if (Array.isArray(member) || ArrayBuffer.isView(member)) return (member as ArrayLike<unknown>).length === 0
  if (member instanceof Map) return member.size === 0
  return Object.is(member, 0) || member === 0n || member === '' || member === false || member === 'OK'
}

/** The 32-bit floats of a message, read as such: the mapping writes them with as few digits as tell them apart. */
function singles(json: unknown): unknown {
  const { floatSingle, floatList, ...rest } = json as { floatSingle?: unknown; floatList?: unknown[] }
  const single = (value: unknown) => (typeof value === 'number' ? Math.fround(value) : value)
  return { ...rest, floatSingle: single(floatSingle), floatList: floatList?.map(single) }
}
