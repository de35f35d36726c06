import { expectTypeOf, test } from 'vitest'
import { f64Tensor, type Tensor } from '../tensor/tensor.js'
import type { Codec } from './codec.js'
import { defineProtocol, type MethodNames } from './define-protocol.js'
import {
  bool,
  bytes,
  double,
  enumeration,
  enumType,
  int64,
  type MessageValue,
  map,
  message,
  nested,
  optional,
  repeated,
  string,
  tensor,
  uint32,
} from './fields.js'
import { type InferRequest, type InferResponse, type Method, serverStreaming, unary } from './methods.js'
import type { Protocol } from './protocol.js'

const Forecaster = defineProtocol('forecast.v1.Forecaster', {
  predict: unary({
    request: message({ series: tensor(1), horizon: uint32(2) }),
    response: message({ mean: tensor(1, { dtype: 'F64' }), note: optional(string(2)) }),
  }),
  watch: serverStreaming({ request: message({}), response: message({ tick: int64(1) }) }),
})

type Task = InferRequest<typeof Forecaster.predict>

test('requests and responses are inferred', () => {
  expectTypeOf<Task>().toEqualTypeOf<{ readonly series: Tensor; readonly horizon: number }>()
  expectTypeOf<InferResponse<typeof Forecaster.predict>>().toEqualTypeOf<{
    readonly mean: Tensor<'F64'>
    readonly note?: string | undefined
  }>()
  expectTypeOf<InferResponse<typeof Forecaster.watch>>().toEqualTypeOf<{ readonly tick: bigint }>()
  expectTypeOf(Forecaster.predict.request).toEqualTypeOf<Codec<Task>>()
  expectTypeOf(Forecaster.predict.kind).toEqualTypeOf<'unary'>()
  expectTypeOf(Forecaster.watch.kind).toEqualTypeOf<'serverStreaming'>()
  expectTypeOf(Forecaster.predict).toExtend<Method>()
  expectTypeOf(Forecaster).toExtend<Protocol>()
  expectTypeOf<MethodNames<typeof Forecaster>>().toEqualTypeOf<'predict' | 'watch'>()
})

test('every kind of field has its type', () => {
  const Trend = enumType('Trend', { FLAT: 0, UP: 1 })
  const Point = message({ x: double(1), label: optional(string(2)) })
  const Everything = message({
    on: bool(1),
    raw: bytes(2),
    wide: int64(3),
    trend: enumeration(4, Trend),
    mood: optional(enumeration(5, { GOOD: 0, BAD: 1 })),
    points: repeated(nested(6, Point)),
    byName: map('string', nested(7, Point)),
    byNumber: map('uint64', tensor(8, { dtype: 'I8' })),
    maybe: optional(nested(9, Point)),
  })
  type PointValue = { readonly x: number; readonly label?: string | undefined }
  expectTypeOf<MessageValue<typeof Everything>>().toEqualTypeOf<{
    readonly on: boolean
    readonly raw: Uint8Array
    readonly wide: bigint
    readonly trend: 'FLAT' | 'UP'
    readonly mood?: 'GOOD' | 'BAD' | undefined
    readonly points: readonly PointValue[]
    readonly byName: ReadonlyMap<string, PointValue>
    readonly byNumber: ReadonlyMap<bigint, Tensor<'I8'>>
    readonly maybe?: PointValue | undefined
  }>()
})

test('wrong values and definitions do not compile', () => {
  const { request } = Forecaster.predict
  const series = f64Tensor([1])
  void (() => {
    request.encode({ series, horizon: 1 })
    // @ts-expect-error horizon is missing
    request.encode({ series })
    // @ts-expect-error horizon is a number
    request.encode({ series, horizon: '1' })
    // @ts-expect-error the tensor is required
    request.encode({ series: undefined, horizon: 1 })
    // @ts-expect-error there is no such field
    request.encode({ series, horizon: 1, horizn: 1 })
    // @ts-expect-error 64-bit integers are bigint
    Forecaster.watch.response.encode({ tick: 1 })
    // @ts-expect-error a value is not changed
    request.decode(new Uint8Array(0)).horizon = 2
    // @ts-expect-error another dtype
    Forecaster.predict.response.encode({ mean: { dtype: 'F32', shape: [1], data: new Float32Array(1) } })
    // @ts-expect-error there is no such method
    void Forecaster.forecast
    // @ts-expect-error a list of lists
    repeated(repeated(uint32(1)))
    // @ts-expect-error an optional list
    optional(repeated(uint32(1)))
    // @ts-expect-error a double is no key
    map('double', uint32(1))
    // @ts-expect-error a method has both messages
    unary({ request: message({}) })
  })
})
