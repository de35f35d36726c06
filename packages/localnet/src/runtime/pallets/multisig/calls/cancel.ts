import { defineCall } from '../../../framework/call.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { ensureSigned } from '../../../framework/origin.js'
import { fixedHex, vec } from '../../../types/compounds.js'
import { u16 } from '../../../types/primitives.js'
import type { TypeOf } from '../../../types/ty.js'
import { accountId } from '../../../types/well-known.js'
import { adjustReserve, unreserve } from '../../balances/reserves.js'
import { depositFor } from '../deposits.js'
import { multisigErrors } from '../errors.js'
import { multisigEvents } from '../events.js'
import { checkedMultiAccount, type Signatories } from '../multi-account.js'
import { sameTimepoint } from '../operate.js'
import { multisigs } from '../storage.js'
import { type multisig, timepoint } from '../types.js'
import { multisigWeights } from '../weights.js'

const callHash = fixedHex(32)

/** An operation that waits. */
function waiting(
  context: RuntimeContext,
  signatories: Signatories,
  hash: string,
): { readonly account: string; readonly operation: TypeOf<typeof multisig> } {
  const account = checkedMultiAccount(signatories)
  return { account, operation: multisigs.Multisigs.get(context.db, account, hash) ?? multisigErrors.fail('NotFound') }
}

const cancelAsMulti = defineCall({
  index: 3,
  args: { threshold: u16, other_signatories: vec(accountId), timepoint, call_hash: callHash },
  refTime: 0n,
  infoOf: ({ other_signatories: { length } }) => ({ refTime: multisigWeights.cancel(length), class: 'Normal', paysFee: true }),
  run: (context, origin, { threshold, other_signatories: others, timepoint: opened, call_hash: hash }) => {
    const who = ensureSigned(origin)
    const { account, operation } = waiting(context, { who, others, threshold }, hash)
    multisigErrors.ensure(sameTimepoint(operation.when, opened), 'WrongTimepoint')
    multisigErrors.ensure(operation.depositor === who, 'NotOwner')
    unreserve(context, who, operation.deposit)
    multisigs.Multisigs.remove(context.db, account, hash)
    context.emit(multisigEvents.MultisigCancelled({ cancelling: who, timepoint: opened, multisig: account, call_hash: hash }))
  },
})

/** Brings a deposit to what it would be today. It never changes here, so it finds something to do after `set_storage` alone. */
const pokeDeposit = defineCall({
  index: 4,
  args: { threshold: u16, other_signatories: vec(accountId), call_hash: callHash },
  refTime: 0n,
  infoOf: ({ other_signatories: { length } }) => ({ refTime: multisigWeights.cancel(length), class: 'Normal', paysFee: true }),
  run: (context, origin, { threshold, other_signatories: others, call_hash: hash }) => {
    const who = ensureSigned(origin)
    const { account, operation } = waiting(context, { who, others, threshold }, hash)
    multisigErrors.ensure(operation.depositor === who, 'NotOwner')
    const [before, after] = [operation.deposit, depositFor(threshold)]
    if (before === after) return {}
    adjustReserve(context, who, { before, after })
    multisigs.Multisigs.set(context.db, account, hash, { ...operation, deposit: after })
    context.emit(multisigEvents.DepositPoked({ who, call_hash: hash, old_deposit: before, new_deposit: after }))
    return { paysFee: false }
  },
})

/** What the account that opened an operation may do with it. Source: `pallet_multisig`. */
export const cancelCalls = { cancel_as_multi: cancelAsMulti, poke_deposit: pokeDeposit }
