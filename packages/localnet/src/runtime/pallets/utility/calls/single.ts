import { type DispatchInfo, defineCall } from '../../../framework/call.js'
import { fail } from '../../../framework/dispatch-failure.js'
import { ensureRoot, ensureSigned, noneOrigin, type Origin, rootOrigin, signedOrigin } from '../../../framework/origin.js'
import type { OuterReferences } from '../../../framework/outer-types.js'
import { refTime } from '../../../framework/weight.js'
import { u16 } from '../../../types/primitives.js'
import type { TypeOf } from '../../../types/ty.js'
import { weight } from '../../../types/well-known.js'
import { derivativeAccount } from '../derivative-account.js'
import { utilityEvents } from '../events.js'
import { originCaller } from '../types.js'

const derivativeWeight = refTime({ time: 15_378_000n, reads: 3, writes: 1 })
const ifElseWeight = refTime({ time: 21_831_000n, reads: 2 })

/** What a call costs that carries others, by `DispatchClass::Normal` and paying its fee. */
const withInner = (own: bigint, inner: readonly DispatchInfo[]): DispatchInfo => ({
  refTime: inner.reduce((sum, { refTime: one }) => sum + one, own),
  class: 'Normal',
  paysFee: true,
})

function toOrigin(caller: TypeOf<typeof originCaller>): Origin {
  if (caller.type === 'system' && caller.value.type === 'Root') return rootOrigin
  if (caller.type === 'system' && caller.value.type === 'Signed') return signedOrigin(caller.value.value)
  return noneOrigin
}

const notModelledOrigin = (caller: TypeOf<typeof originCaller>): string | undefined =>
  caller.type !== 'system' || caller.value.type === 'Authorized' ? `dispatch_as with an origin of ${caller.type}` : undefined

/**
 * Calls that carry one call, or one and what stands in for it.
 *
 * Source: `pallet_subtensor_utility`, spec 425.
 */
export const singleCalls = (outer: OuterReferences) => ({
  as_derivative: defineCall({
    index: 1,
    args: { index: u16, call: outer.call },
    refTime: derivativeWeight,
    inner: ({ call }) => [call],
    infoOf: (_args, inner) => withInner(derivativeWeight, inner),
    run: (context, origin, { index, call }) => {
      const who = derivativeAccount(ensureSigned(origin), index)
      const { error, info } = context.dispatchWithInfo(call, { ...origin, type: 'Signed', who })
      const post = { refTime: derivativeWeight + info.refTime }
      if (error) fail(error, post)
      return post
    },
  }),
  dispatch_as: defineCall({
    index: 3,
    args: { as_origin: originCaller, call: outer.call },
    refTime: 6_893_000n,
    inner: ({ call }) => [call],
    infoOf: (_args, inner) => withInner(6_893_000n, inner),
    notModelled: ({ as_origin: caller }) => notModelledOrigin(caller),
    run: (context, origin, { as_origin: caller, call }) => {
      ensureRoot(origin)
      const error = context.dispatch(call, toOrigin(caller))
      context.emit(utilityEvents.DispatchedAs({ result: error ? { type: 'Err', value: error } : { type: 'Ok', value: undefined } }))
    },
  }),
  with_weight: defineCall({
    index: 5,
    args: { call: outer.call, weight },
    refTime: 0n,
    inner: ({ call }) => [call],
    infoOf: ({ weight: given }) => ({ refTime: given.ref_time, class: 'Normal', paysFee: true }),
    run: (context, origin, { call }) => {
      ensureRoot(origin)
      const error = context.dispatch(call, rootOrigin)
      if (error) fail(error)
    },
  }),
  if_else: defineCall({
    index: 6,
    args: { main: outer.call, fallback: outer.call },
    refTime: ifElseWeight,
    inner: ({ main, fallback }) => [main, fallback],
    infoOf: (_args, inner) => withInner(ifElseWeight, inner),
    run: (context, origin, { main, fallback }) => {
      if (origin.type === 'None') fail({ type: 'BadOrigin', value: undefined })
      const first = context.dispatchWithInfo(main, origin)
      const spent = ifElseWeight + first.info.refTime
      if (!first.error) {
        context.emit(utilityEvents.IfElseMainSuccess())
        return { refTime: spent }
      }
      const second = context.dispatchWithInfo(fallback, origin)
      const post = { refTime: spent + second.info.refTime }
      if (second.error) fail(second.error, post)
      context.emit(utilityEvents.IfElseFallbackCalled({ main_error: first.error }))
      return post
    },
  }),
  dispatch_as_fallible: defineCall({
    index: 7,
    args: { as_origin: originCaller, call: outer.call },
    refTime: 7_113_000n,
    inner: ({ call }) => [call],
    infoOf: (_args, inner) => withInner(7_113_000n, inner),
    notModelled: ({ as_origin: caller }) => notModelledOrigin(caller),
    run: (context, origin, { as_origin: caller, call }) => {
      ensureRoot(origin)
      const error = context.dispatch(call, toOrigin(caller))
      if (error) fail(error)
      context.emit(utilityEvents.DispatchedAs({ result: { type: 'Ok', value: undefined } }))
    },
  }),
})
