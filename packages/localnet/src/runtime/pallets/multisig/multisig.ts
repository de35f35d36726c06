import type { OuterReferences } from '../../framework/outer-types.js'
import { constant, definePallet, type Pallet } from '../../framework/pallet.js'
import { u32, u64 } from '../../types/primitives.js'
import { asMultiCalls } from './calls/as-multi.js'
import { cancelCalls } from './calls/cancel.js'
import { deposits } from './deposits.js'
import { multisigErrors } from './errors.js'
import { multisigEventSpecs } from './events.js'
import { multisigs } from './storage.js'
import { MAX_SIGNATORIES } from './types.js'

/** Accounts that several others hold together. */
export const multisigPallet = (outer: OuterReferences): Pallet =>
  definePallet({
    name: 'Multisig',
    index: 13,
    path: 'pallet_multisig::pallet',
    storage: multisigs,
    calls: { ...asMultiCalls(outer), ...cancelCalls },
    events: multisigEventSpecs,
    errors: multisigErrors.names,
    // In rao.
    constants: {
      DepositBase: constant(u64, deposits.base),
      DepositFactor: constant(u64, deposits.factor),
      MaxSignatories: constant(u32, MAX_SIGNATORIES),
    },
  })
