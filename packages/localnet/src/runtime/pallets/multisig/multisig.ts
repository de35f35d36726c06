import { defineErrors } from '../../framework/dispatch-failure.js'
import type { OuterReferences } from '../../framework/outer-types.js'
import { constant, definePallet, type Pallet } from '../../framework/pallet.js'
import { u32, u64 } from '../../types/primitives.js'
import { multisigEventSpecs } from './events.js'
import { refusedMultisig } from './refused-calls.js'
import { multisigs } from './storage.js'
import { MAX_SIGNATORIES } from './types.js'

export const multisigErrors = defineErrors(13, [
  'MinimumThreshold',
  'AlreadyApproved',
  'NoApprovalsNeeded',
  'TooFewSignatories',
  'TooManySignatories',
  'SignatoriesOutOfOrder',
  'SenderInSignatories',
  'NotFound',
  'NotOwner',
  'NoTimepoint',
  'WrongTimepoint',
  'UnexpectedTimepoint',
  'MaxWeightTooLow',
  'AlreadyStored',
])

/** Accounts that several others hold together. */
export const multisigPallet = (outer: OuterReferences): Pallet =>
  definePallet({
    name: 'Multisig',
    index: 13,
    path: 'pallet_multisig::pallet',
    storage: multisigs,
    calls: refusedMultisig(outer),
    events: multisigEventSpecs,
    errors: multisigErrors.names,
    // In rao.
    constants: {
      DepositBase: constant(u64, 132_000_000n),
      DepositFactor: constant(u64, 32_000_000n),
      MaxSignatories: constant(u32, MAX_SIGNATORIES),
    },
  })
