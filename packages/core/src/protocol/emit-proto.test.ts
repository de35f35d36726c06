import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import protobuf from 'protobufjs'
import { FileDescriptorSet } from 'protobufjs/ext/descriptor/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tensorOf } from '../tensor/tensor.js'
import { defineProtocol } from './define-protocol.js'
import { descriptorSet, protocolDescriptors } from './descriptors.js'
import { protoFiles } from './emit-proto.js'
import {
  bool,
  bytes,
  double,
  enumeration,
  enumType,
  type Field,
  fixed32,
  fixed64,
  float,
  int32,
  int64,
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
import { bidi, clientStreaming, serverStreaming, unary } from './methods.js'
import type { Protocol } from './protocol.js'
import { type ScalarName, scalars } from './scalars.js'

const require = createRequire(import.meta.url)
const buf = join(dirname(require.resolve('@bufbuild/buf/package.json')), 'bin', 'buf')

// Everything that a protocol can have, once: every scalar in every wrapper, every key, names that .proto uses itself.
const scalarFields: Readonly<Record<ScalarName, (number: number) => Field<unknown, 'implicit'>>> = {
  bool,
  bytes,
  double,
  fixed32,
  fixed64,
  float,
  int32,
  int64,
  sfixed32,
  sfixed64,
  sint32,
  sint64,
  string,
  uint32,
  uint64,
}
const names = Object.keys(scalars) as ScalarName[]
const keys = names.filter((name) => !['double', 'float', 'bytes'].includes(name)) as Exclude<ScalarName, 'double' | 'float' | 'bytes'>[]
const Trend = enumType('Trend', { UP: 1, FLAT: 0, DOWN: -1 })
const Point = message('Point', { x: double(1), trend: enumeration(2, Trend) })
const everything = message({
  ...Object.fromEntries(names.map((name, index) => [`${name}Single`, scalarFields[name](index + 1)])),
  ...Object.fromEntries(names.map((name, index) => [`${name}Maybe`, optional(scalarFields[name](index + 101))])),
  ...Object.fromEntries(names.map((name, index) => [`${name}List`, repeated(scalarFields[name](index + 201))])),
  ...Object.fromEntries(keys.map((name, index) => [`${name}Map`, map(name, nested(index + 301, Point))])),
  message: uint32(401),
  option: uint32(402),
  reserved: uint32(403),
  oneof: string(404),
  rpc: string(405),
  constructor: string(406),
  aBCD: string(407),
  x2Y3: string(408),
  highest: uint32(0x1fffffff),
  mood: enumeration(410, { GOOD: 0, BAD: 1 }),
  moods: repeated(enumeration(411, { WELL: 0, ILL: 1 })),
  maybeMood: optional(enumeration(412, Trend)),
  inner: nested(413, message({ deeper: nested(1, message({ deepest: tensor(1) })), kind: enumeration(2, { A: 0 }) })),
  shape: optional(tensor(414, { dtype: 'BF16', rank: 2 })),
  tensors: repeated(tensor(415)),
  tensorsByName: map('string', tensor(416, { rank: 0 })),
})
const given = { request: everything, response: Point }
const protocols: readonly Protocol[] = [
  defineProtocol('forecast.v1.Forecaster', {
    predict: unary({
      request: message({ series: tensor(1), horizon: uint32(2) }),
      response: message({ mean: tensor(1), stddev: tensor(2) }),
    }),
  }),
  defineProtocol('every.thing_2.v1.EveryThing', {
    one: unary(given),
    down: serverStreaming(given),
    up: clientStreaming(given),
    bothWays: bidi(given),
  }),
  defineProtocol('plain.v1.Plain', { ping: unary({ request: message({}), response: message({}) }) }),
]

// A value that is neither default nor easy, for every field of `everything`.
const samples: Readonly<Record<ScalarName, unknown>> = {
  double: -0,
  float: Number.NEGATIVE_INFINITY,
  int32: -0x80000000,
  int64: -(1n << 63n),
  uint32: 0xffffffff,
  uint64: (1n << 64n) - 1n,
  sint32: -0x80000000,
  sint64: -(1n << 63n),
  fixed32: 0xffffffff,
  fixed64: (1n << 64n) - 1n,
  sfixed32: -0x80000000,
  sfixed64: -(1n << 63n),
  bool: false,
  string: 'ä€😀',
  bytes: Uint8Array.of(0, 255),
}
const point = { x: Number.NaN, trend: 'DOWN' }
const cube = tensorOf('I64', [1, 2, 1], BigInt64Array.of(-1n, 2n))
const richValue = {
  ...Object.fromEntries(names.map((name) => [`${name}Single`, samples[name]])),
  ...Object.fromEntries(names.map((name) => [`${name}Maybe`, scalars[name].initial])),
  ...Object.fromEntries(names.map((name) => [`${name}List`, [samples[name], scalars[name].initial]])),
  ...Object.fromEntries(keys.map((name) => [`${name}Map`, new Map([[samples[name], point]])])),
  ...{ message: 1, option: 2, reserved: 3, oneof: 'a', rpc: 'b', constructor: 'c', aBCD: 'ä€😀', x2Y3: 'd', highest: 4 },
  mood: 'BAD',
  moods: ['ILL', 'WELL'],
  maybeMood: 'FLAT',
  inner: { deeper: { deepest: cube }, kind: 'A' },
  shape: tensorOf('BF16', [1, 1], Uint16Array.of(0x3f80)),
  tensors: [cube, cube],
  tensorsByName: new Map([['__proto__', tensorOf('F64', [], Float64Array.of(1.5))]]),
}

describe('emitProto', () => {
  let directory = ''
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tensorkit-proto-'))
    for (const { path, text } of protocols.flatMap(protoFiles)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), text)
    }
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it('gives files that buf compiles, to the descriptors that descriptorSet() gives', () => {
    const image = execFileSync(
      process.execPath,
      [buf, 'build', directory, '--as-file-descriptor-set', '--exclude-source-info', '-o', '-#format=binpb'],
      {
        cwd: directory,
        timeout: 15_000,
      },
    )
    expect(filesOf(descriptorSet(protocols))).toEqual(filesOf(image))
  })

  it('carries every kind of value through the JSON of an independent implementation and back', () => {
    const codec = defineProtocol('every.thing_2.v1.EveryThing', { one: unary(given) }).one.request
    const wire = codec.encode(richValue as never)
    const convert = (input: Uint8Array, from: string, to: string) =>
      execFileSync(
        process.execPath,
        [buf, 'convert', directory, `--type=${codec.typeName}`, `--from=-#format=${from}`, `--to=-#format=${to}`],
        {
          cwd: directory,
          input,
          timeout: 15_000,
        },
      )
    const json = convert(wire, 'binpb', 'json')
    expect(JSON.parse(json.toString())).toMatchObject({
      aBCD: 'ä€😀',
      int64Single: '-9223372036854775808',
      boolMap: { false: { x: 'NaN' } },
      mood: 'BAD',
    })
    expect(codec.decode(convert(json, 'json', 'binpb'))).toEqual(richValue)
  })

  it('gives protobufjs the same services', () => {
    const root = new protobuf.Root()
    for (const { text } of protoFiles(protocols[1] as Protocol)) protobuf.parse(text, root)
    const service = root.lookupService('every.thing_2.v1.EveryThing')
    expect(service.methodsArray.map(({ name, requestStream, responseStream }) => [name, !!requestStream, !!responseStream])).toEqual([
      ['One', false, false],
      ['Down', false, true],
      ['Up', true, false],
      ['BothWays', true, true],
    ])
  })
})

describe('protocolDescriptors', () => {
  it('gives imports first, and each file of a set once', () => {
    const [forecaster] = protocols as [Protocol]
    expect(protocolDescriptors(forecaster)).toHaveLength(2)
    expect([...filesOf(descriptorSet([...protocols, ...protocols])).keys()].sort()).toEqual([
      'every/thing_2/v1/every_thing.proto',
      'forecast/v1/forecaster.proto',
      'plain/v1/plain.proto',
      'tensorkit/tensor/v1/tensor.proto',
    ])
  })
})

/** The files of a set by name, as protobufjs' own descriptor types read them; order of declarations is no part of them. */
function filesOf(set: Uint8Array): ReadonlyMap<string, unknown> {
  const { file } = FileDescriptorSet.toObject(FileDescriptorSet.decode(set), { defaults: false }) as { file: { name: string }[] }
  return new Map(file.map((entry) => [entry.name, sorted(entry)]))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => !(Array.isArray(member) && member.length === 0))
      .map(([name, member]) => [name, sorted(member)]),
  )
}
