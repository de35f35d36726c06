import { describe, expect, it } from 'vitest'
import { TensorKitError } from '../errors/tensorkit-error.js'
import { f64Tensor, tensorOf } from '../tensor/tensor.js'
import { defineProtocol } from './define-protocol.js'
import { emitProto, protoFiles } from './emit-proto.js'
import { double, enumeration, enumType, type Fields, map, message, nested, optional, repeated, string, tensor, uint32 } from './fields.js'
import { bidi, clientStreaming, type MethodDefinition, serverStreaming, unary } from './methods.js'

const Forecaster = defineProtocol('forecast.v1.Forecaster', {
  predict: unary({
    request: message({ series: tensor(1), horizon: uint32(2) }),
    response: message({ mean: tensor(1), stddev: tensor(2) }),
  }),
})

const empty = message({})
const withFields = (fields: Fields) => () => defineProtocol('a.B', { call: unary({ request: message(fields), response: empty }) })
const named = (name: string) => () => defineProtocol(name, { call: unary({ request: empty, response: empty }) })

function invalidAt(define: () => unknown): string {
  try {
    define()
  } catch (error) {
    if (TensorKitError.isInstance(error) && error.code === 'PROTOCOL_INVALID') return `${error.shortMessage} @ ${error.facts.where}`
    throw error
  }
  return 'accepted'
}

describe('named types inside messages', () => {
  const Mood = enumType('Outer.Mood', { FLAT: 0 })
  const Inner = message('Outer.Inner', { mood: enumeration(1, Mood) })
  const Outer = message('Outer', { inner: optional(nested(1, Inner)), again: repeated(nested(2, Inner)) })
  const define = (fields: Fields) => defineProtocol('a.B', { call: unary({ request: message(fields), response: empty }) })

  it('are placed there, whichever is met first', () => {
    const before = define({ inner: nested(1, Inner), outer: nested(2, Outer) })
    const after = define({ outer: nested(1, Outer), inner: nested(2, Inner) })
    for (const { $schema } of [before, after]) {
      const outer = $schema.messages.find(({ name }) => name === 'Outer')
      expect(outer).toMatchObject({ messages: [{ name: 'Inner' }], enums: [{ name: 'Mood' }] })
    }
    expect(emitProto(before)).toContain('.a.Outer.Inner inner = 1;')
  })

  it('are refused in a message that is no part of the protocol, and where a field has the name', () => {
    expect(invalidAt(() => define({ inner: nested(1, Inner) }))).toContain('the protocol does not use @ a.Outer')
    expect(invalidAt(() => define({ inner: nested(1, message('Outer.inner', {})) }))).toContain('UpperCamelCase')
    expect(invalidAt(() => define({ outer: nested(1, Outer), other: nested(2, message('Outer.Inner', {})) }))).toContain(
      'Inner is used twice',
    )
  })
})

describe('defineProtocol', () => {
  it('gives methods with path, kind and codecs', () => {
    const { predict } = Forecaster
    expect([predict.path, predict.kind, predict.name, predict.service]).toEqual([
      '/forecast.v1.Forecaster/Predict',
      'unary',
      'predict',
      'forecast.v1.Forecaster',
    ])
    expect([predict.request.typeName, predict.response.typeName]).toEqual(['forecast.v1.PredictRequest', 'forecast.v1.PredictResponse'])
    expect(Forecaster.$methods).toEqual([predict])
    const task = { series: tensorOf('F64', [2, 2], Float64Array.of(1, 2, 3, NaN)), horizon: 5 }
    expect(predict.request.decode(predict.request.encode(task))).toEqual(task)
    const forecast = { mean: f64Tensor([1]), stddev: f64Tensor([0.5]) }
    expect(predict.response.decode(predict.response.encode(forecast))).toEqual(forecast)
  })

  it('hashes the contract: equal for equal protocols, different for any change', () => {
    const same = defineProtocol('forecast.v1.Forecaster', {
      predict: unary({
        request: message({ series: tensor(1), horizon: uint32(2) }),
        response: message({ mean: tensor(1), stddev: tensor(2) }),
      }),
    })
    const narrower = defineProtocol('forecast.v1.Forecaster', {
      predict: unary({
        request: message({ series: tensor(1, { dtype: 'F64' }), horizon: uint32(2) }),
        response: message({ mean: tensor(1), stddev: tensor(2) }),
      }),
    })
    expect(Forecaster.$hash).toMatch(/^[0-9a-f]{64}$/)
    expect(same.$hash).toBe(Forecaster.$hash)
    expect(narrower.$hash).not.toBe(Forecaster.$hash)
  })

  it('emits the file that the design shows', () => {
    expect(emitProto(Forecaster)).toMatchInlineSnapshot(`
      "syntax = "proto3";

      package forecast.v1;

      import "tensorkit/tensor/v1/tensor.proto";

      service Forecaster {
        rpc Predict(.forecast.v1.PredictRequest) returns (.forecast.v1.PredictResponse);
      }

      message PredictRequest {
        .tensorkit.tensor.v1.Tensor series = 1;
        uint32 horizon = 2;
      }

      message PredictResponse {
        .tensorkit.tensor.v1.Tensor mean = 1;
        .tensorkit.tensor.v1.Tensor stddev = 2;
      }
      "
    `)
    expect(protoFiles(Forecaster).map(({ path }) => path)).toEqual(['tensorkit/tensor/v1/tensor.proto', 'forecast/v1/forecaster.proto'])
  })

  it('takes all four kinds of method and a named message in many places', () => {
    const Point = message('Point', { x: double(1) })
    const Trend = enumType('Trend', { FLAT: 0, UP: 1 })
    const given = { request: message({ points: repeated(nested(1, Point)), trend: enumeration(2, Trend) }), response: Point }
    const protocol = defineProtocol('a.b.Four', {
      one: unary(given),
      down: serverStreaming(given),
      up: clientStreaming(given),
      both: bidi(given),
    })
    expect(protocol.$methods.map(({ kind }) => kind)).toEqual(['unary', 'serverStreaming', 'clientStreaming', 'bidi'])
    expect(protocol.$schema.messages.map(({ name }) => name).sort()).toEqual([
      'BothRequest',
      'DownRequest',
      'OneRequest',
      'Point',
      'UpRequest',
    ])
    expect(protocol.both.request.encode({ points: [{ x: 1 }], trend: 'UP' })).toEqual(
      protocol.one.request.encode({ points: [{ x: 1 }], trend: 'UP' }),
    )
  })

  it.each(['Forecaster', 'a.b', 'a..B', 'A.B', 'a.B/C', 'a.B ', '.a.B', 'a.1b.C', 'a.B\n', 'a.B.C', ''])('refuses the name %j', (name) => {
    expect(invalidAt(named(name))).toContain('A protocol must be named like forecast.v1.Forecaster')
  })

  it.each<[string, Fields, string]>([
    ['two equal numbers', { a: uint32(1), b: uint32(1) }, 'Two fields have the number 1 @ a.CallRequest: a, b'],
    ['a reserved number', { a: uint32(19000) }, 'reserved by protobuf @ a.CallRequest.a'],
    ['the last reserved number', { a: uint32(19999) }, 'reserved by protobuf'],
    ['the number 0', { a: uint32(0) }, '1 to 536870911'],
    ['a number too high', { a: uint32(2 ** 29) }, '1 to 536870911'],
    ['a fraction', { a: uint32(1.5) }, '1 to 536870911'],
    ['names equal but for case', { fooBar: uint32(1), foobar: uint32(2) }, 'differ by nothing but case @ a.CallRequest: fooBar, foobar'],
    ['a snake_case name', { std_dev: uint32(1) }, 'lowerCamelCase'],
    ['__proto__', { ['__proto__']: uint32(1) }, 'lowerCamelCase'],
    ['an UpperCamelCase name', { Series: uint32(1) }, 'lowerCamelCase'],
    ['something that is no field', { a: 1 as never }, 'must be made by a field function'],
    ['an enum without 0', { a: enumeration(1, { UP: 1 }) }, 'the number 0'],
    ['an alias', { a: enumeration(1, { FLAT: 0, LEVEL: 0 }) }, 'Two values have the number 0'],
    ['a lower-case enum value', { a: enumeration(1, { flat: 0 }) }, 'UPPER_SNAKE_CASE'],
    [
      'sibling enums with one value name',
      { a: enumeration(1, { FLAT: 0 }), b: enumeration(2, { FLAT: 0 }) },
      'The name FLAT is used twice',
    ],
    ['two different messages of one name', { a: nested(1, message('P', {})), b: nested(2, message('P', {})) }, 'The name P is used twice'],
    ['a message named as the service', { a: nested(1, message('B', {})) }, 'The name B is used twice'],
    ['a message named as a request', { a: nested(1, message('CallRequest', {})) }, 'The name CallRequest is used twice'],
    ['a lower-case message', { a: nested(1, message('point', {})) }, 'UpperCamelCase'],
    [
      'a repeated optional, past the types',
      { a: { number: 1, type: { kind: 'repeated', element: repeated(string(1)).type }, presence: 'implicit' } },
      'cannot hold another',
    ],
  ])('refuses %s', (_, fields, expected) => {
    expect(invalidAt(withFields(fields))).toContain(expected)
  })

  it('refuses wrappers around wrappers, bad keys, and bad tensors at once', () => {
    const wrongly = (make: () => unknown) => expect(make).toThrow(expect.objectContaining({ code: 'PROTOCOL_INVALID' }))
    wrongly(() => repeated(optional(uint32(1)) as never))
    wrongly(() => optional(repeated(uint32(1)) as never))
    wrongly(() => map('string', map('string', uint32(1)) as never))
    wrongly(() => map('double' as never, uint32(1)))
    wrongly(() => map('toString' as never, uint32(1)))
    wrongly(() => tensor(1, { dtype: 'F128' as never }))
    wrongly(() => tensor(1, { rank: 9 }))
  })

  it('refuses a message that holds itself, methods that clash, and a protocol without any', () => {
    const fields: Record<string, ReturnType<typeof nested>> = {}
    const ring = message('Ring', fields)
    fields.next = nested(1, ring)
    expect(invalidAt(withFields({ ring: nested(1, ring) }))).toContain('A message cannot hold itself')
    const call: MethodDefinition = unary({ request: empty, response: empty })
    expect(invalidAt(() => defineProtocol('a.B', { getIt: call, getit: call }))).toContain('differ by nothing but case')
    expect(invalidAt(() => defineProtocol('a.B', { Call: call }))).toContain('lowerCamelCase')
    expect(invalidAt(() => defineProtocol('a.B', { $hash: call }))).toContain('lowerCamelCase')
    expect(invalidAt(() => defineProtocol('a.B', {}))).toContain('must have a method')
  })
})
