import { maxOf } from '../../../../consensus/min-max.js'
import { type DispatchInfo, defineCall } from '../../../framework/call.js'
import { fail } from '../../../framework/dispatch-failure.js'
import { ensureSigned, signedOrigin } from '../../../framework/origin.js'
import type { OuterReferences } from '../../../framework/outer-types.js'
import { fixedHex, option, vec } from '../../../types/compounds.js'
import { u16 } from '../../../types/primitives.js'
import { accountId, weight } from '../../../types/well-known.js'
import { multisigErrors } from '../errors.js'
import { multiAccount, sortedSignatories } from '../multi-account.js'
import { operate } from '../operate.js'
import { MAX_SIGNATORIES, timepoint } from '../types.js'
import { multisigWeights } from '../weights.js'

const larger = (...times: readonly bigint[]): bigint => times.reduce(maxOf)
const free: DispatchInfo = { refTime: 0n, class: 'Normal', paysFee: true }
const normal = (refTime: bigint): DispatchInfo => ({ refTime, class: 'Normal', paysFee: true })

/**
 * Calls of accounts that several others hold together.
 *
 * Source: `pallet_multisig`.
 */
export const asMultiCalls = (outer: OuterReferences) => ({
  as_multi_threshold_1: defineCall({
    index: 0,
    args: { other_signatories: vec(accountId), call: outer.call },
    refTime: multisigWeights.thresholdOne(0),
    inner: ({ call }) => [call],
    infoOf: ({ call }, [inner = free]) => ({
      ...inner,
      paysFee: true,
      refTime: multisigWeights.thresholdOne(outer.call.codec.enc(call).length) + inner.refTime,
    }),
    run: (context, origin, { other_signatories: others, call }) => {
      const who = ensureSigned(origin)
      multisigErrors.ensure(others.length > 0, 'TooFewSignatories')
      multisigErrors.ensure(others.length < MAX_SIGNATORIES, 'TooManySignatories')
      const account = multiAccount(sortedSignatories({ who, others }), 1)
      const { error, info } = context.dispatchWithInfo(call, signedOrigin(account))
      const post = { refTime: multisigWeights.thresholdOne(context.encodeCall(call).length) + info.refTime }
      if (error) fail(error, post)
      return post
    },
  }),
  as_multi: defineCall({
    index: 1,
    args: {
      threshold: u16,
      other_signatories: vec(accountId),
      maybe_timepoint: option(timepoint),
      call: outer.call,
      max_weight: weight,
    },
    refTime: 0n,
    inner: ({ call }) => [call],
    infoOf: ({ other_signatories: { length }, call, max_weight: most }) => {
      const bytes = outer.call.codec.enc(call).length
      const { create, approve, complete } = multisigWeights
      return normal(larger(create(length, bytes), approve(length, bytes), complete(length, bytes)) + most.ref_time)
    },
    run: (context, origin, { threshold, other_signatories: others, maybe_timepoint: opened, call, max_weight: most }) =>
      operate(context, { who: ensureSigned(origin), others, threshold, timepoint: opened, call, maxRefTime: most.ref_time }),
  }),
  approve_as_multi: defineCall({
    index: 2,
    args: {
      threshold: u16,
      other_signatories: vec(accountId),
      maybe_timepoint: option(timepoint),
      call_hash: fixedHex(32),
      max_weight: weight,
    },
    refTime: 0n,
    infoOf: ({ other_signatories: { length }, max_weight: most }) => {
      const { createByHash, approveByHash } = multisigWeights
      return normal(larger(createByHash(length), approveByHash(length)) + most.ref_time)
    },
    run: (context, origin, { threshold, other_signatories: others, maybe_timepoint: opened, call_hash: hash, max_weight: most }) =>
      operate(context, { who: ensureSigned(origin), others, threshold, timepoint: opened, call: { hash }, maxRefTime: most.ref_time }),
  }),
})
