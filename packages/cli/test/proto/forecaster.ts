// Made by `tensorkit gen` from forecaster.proto: change that file instead.
import {
  bidi,
  clientStreaming,
  defineProtocol,
  double,
  type EnumValue,
  enumeration,
  enumType,
  int32,
  type MessageValue,
  map,
  message,
  nested,
  optional,
  repeated,
  serverStreaming,
  string,
  tensor,
  uint32,
  unary,
} from '@tensorkit/core'

export const Point_Mood = enumType('Point.Mood', {
  FLAT: 0,
  UP: 1,
  DOWN: -1,
})

export type Point_Mood = EnumValue<typeof Point_Mood>

/** A point. */
export const Point = message('Point', {
  x: double(1),
  mood: enumeration(2, Point_Mood),
})

/** A point. */
export type Point = MessageValue<typeof Point>

export const PredictRequest_Inner = message('PredictRequest.Inner', {
  mood: enumeration(1, Point_Mood),
  point: optional(nested(2, Point)),
  ts: repeated(tensor(3)),
})

export type PredictRequest_Inner = MessageValue<typeof PredictRequest_Inner>

export const PredictRequest = message('PredictRequest', {
  /** The prices, oldest first. */
  series: tensor(1, { dtype: 'F64', rank: 1 }),
  /** steps */
  horizon: uint32(2),
  /** @deprecated */
  userName: optional(string(3)),
  lags: repeated(int32(4), { maxItems: 8 }),
  byName: map('string', nested(5, PredictRequest_Inner)),
  inner: nested(6, PredictRequest_Inner),
})

export type PredictRequest = MessageValue<typeof PredictRequest>

export const PredictResponse = message('PredictResponse', {
  mean: tensor(1),
})

export type PredictResponse = MessageValue<typeof PredictResponse>

/**
 * Forecasts prices.
 * Second line.
 */
export const Forecaster = defineProtocol('forecast.v1.Forecaster', {
  /** Predicts prices. */
  predict: unary({ request: PredictRequest, response: PredictResponse }),
  watch: serverStreaming({ request: PredictRequest, response: Point }),
  up: clientStreaming({ request: PredictRequest, response: Point }),
  both: bidi({ request: PredictRequest, response: Point }),
})
