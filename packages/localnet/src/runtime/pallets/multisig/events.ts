import { defineEvents } from '../../framework/events.js'
import { fixedHex, result, type VariantSpec } from '../../types/compounds.js'
import { u64, unit } from '../../types/primitives.js'
import { accountId, dispatchError } from '../../types/well-known.js'
import { timepoint } from './types.js'

const callHash = fixedHex(32)

/** Deposits in rao. */
export const multisigEventSpecs = {
  NewMultisig: [0, { approving: accountId, multisig: accountId, call_hash: callHash }],
  MultisigApproval: [1, { approving: accountId, timepoint, multisig: accountId, call_hash: callHash }],
  MultisigExecuted: [2, { approving: accountId, timepoint, multisig: accountId, call_hash: callHash, result: result(unit, dispatchError) }],
  MultisigCancelled: [3, { cancelling: accountId, timepoint, multisig: accountId, call_hash: callHash }],
  DepositPoked: [4, { who: accountId, call_hash: callHash, old_deposit: u64, new_deposit: u64 }],
} as const satisfies Record<string, VariantSpec>

export const multisigEvents = defineEvents('Multisig', multisigEventSpecs)
