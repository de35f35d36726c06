import type { OuterReferences } from '../../framework/outer-types.js'
import { refusedCall } from '../../framework/refused-call.js'
import { vec } from '../../types/compounds.js'
import { u16 } from '../../types/primitives.js'
import { weight } from '../../types/well-known.js'
import { originCaller } from './types.js'

const batches = 'Several calls in one'
const origins = 'A call with an origin of its own'

export const refusedUtility = (outer: OuterReferences) => ({
  batch: refusedCall(0, { calls: vec(outer.call) }, batches),
  batch_all: refusedCall(2, { calls: vec(outer.call) }, batches),
  force_batch: refusedCall(4, { calls: vec(outer.call) }, batches),
  if_else: refusedCall(6, { main: outer.call, fallback: outer.call }, 'A call that stands in for another'),
  as_derivative: refusedCall(1, { index: u16, call: outer.call }, 'A call of a derived account'),
  dispatch_as: refusedCall(3, { as_origin: originCaller, call: outer.call }, origins),
  dispatch_as_fallible: refusedCall(7, { as_origin: originCaller, call: outer.call }, origins),
  with_weight: refusedCall(5, { call: outer.call, weight }, 'A call with a weight of its own'),
})
