import { Binary, Blake2256 } from '@polkadot-api/substrate-bindings'
import type { PostInfo, RuntimeCall } from '../../framework/call.js'
import type { RuntimeContext } from '../../framework/context.js'
import { signedOrigin } from '../../framework/origin.js'
import type { TypeOf } from '../../types/ty.js'
import { reserve, unreserve } from '../balances/reserves.js'
import { system } from '../system/storage.js'
import { depositFor } from './deposits.js'
import { multisigErrors } from './errors.js'
import { multisigEvents } from './events.js'
import { checkedMultiAccount, type Signatories } from './multi-account.js'
import { multisigs } from './storage.js'
import type { multisig, timepoint } from './types.js'
import { multisigWeights } from './weights.js'

type Timepoint = TypeOf<typeof timepoint>

/** One approval. */
export interface Approval extends Signatories {
  /** Absent for the first one. */
  readonly timepoint: Timepoint | undefined
  /** The call, or its hash. */
  readonly call: RuntimeCall | { readonly hash: string }
  /** In picoseconds. */
  readonly maxRefTime: bigint
}

interface Place {
  readonly account: string
  readonly hash: string
  readonly call: RuntimeCall | undefined
  readonly callBytes: number
}

/** Whether two points in time are the same. */
export const sameTimepoint = (a: Timepoint, b: Timepoint): boolean => a.height === b.height && a.index === b.index

function create(context: RuntimeContext, { who, others, threshold }: Approval, { account, hash, callBytes }: Place): PostInfo {
  const { db, block } = context
  const deposit = depositFor(threshold)
  reserve(context, who, deposit)
  const when = { height: block.number, index: system.ExtrinsicCount.get(db) ?? 0 }
  multisigs.Multisigs.set(db, account, hash, { when, deposit, depositor: who, approvals: [who] })
  context.emit(multisigEvents.NewMultisig({ approving: who, multisig: account, call_hash: hash }))
  return { refTime: multisigWeights.create(others.length, callBytes) }
}

function execute(
  context: RuntimeContext,
  { who, others, maxRefTime }: Approval,
  { operation, place, call }: { operation: TypeOf<typeof multisig>; place: Place; call: RuntimeCall },
): PostInfo {
  multisigErrors.ensure(context.infoOf(call).refTime <= maxRefTime, 'MaxWeightTooLow')
  multisigs.Multisigs.remove(context.db, place.account, place.hash)
  unreserve(context, operation.depositor, operation.deposit)
  const { error, info } = context.dispatchWithInfo(call, signedOrigin(place.account))
  context.emit(
    multisigEvents.MultisigExecuted({
      approving: who,
      timepoint: operation.when,
      multisig: place.account,
      call_hash: place.hash,
      result: error ? { type: 'Err', value: error } : { type: 'Ok', value: undefined },
    }),
  )
  return { refTime: multisigWeights.complete(others.length, place.callBytes) + info.refTime }
}

/**
 * Opens an operation, approves it, or carries it out.
 *
 * Source: `pallet_multisig::operate`.
 */
export function operate(context: RuntimeContext, approval: Approval): PostInfo {
  const { who, others, threshold, timepoint } = approval
  const account = checkedMultiAccount(approval)
  const call = 'hash' in approval.call ? undefined : approval.call
  const bytes = call && context.encodeCall(call)
  const hash = 'hash' in approval.call ? approval.call.hash : Binary.toHex(Blake2256(bytes ?? new Uint8Array()))
  const place: Place = { account, hash, call, callBytes: bytes?.length ?? 0 }
  const operation = multisigs.Multisigs.get(context.db, account, hash)
  if (!operation) {
    multisigErrors.ensure(timepoint === undefined, 'UnexpectedTimepoint')
    return create(context, approval, place)
  }
  if (timepoint === undefined) return multisigErrors.fail('NoTimepoint')
  multisigErrors.ensure(sameTimepoint(operation.when, timepoint), 'WrongTimepoint')
  const isNew = !operation.approvals.includes(who) && operation.approvals.length < threshold
  if (call && operation.approvals.length + (isNew ? 1 : 0) >= threshold) return execute(context, approval, { operation, place, call })
  multisigErrors.ensure(isNew, 'AlreadyApproved')
  multisigs.Multisigs.set(context.db, account, hash, { ...operation, approvals: [...operation.approvals, who].sort() })
  context.emit(multisigEvents.MultisigApproval({ approving: who, timepoint, multisig: account, call_hash: hash }))
  return { refTime: multisigWeights.approve(others.length, place.callBytes) }
}
