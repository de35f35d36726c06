import type { OuterReferences } from '../../framework/outer-types.js'
import { constant, definePallet, type Pallet } from '../../framework/pallet.js'
import { u32 } from '../../types/primitives.js'
import { batches } from './calls/batches.js'
import { singleCalls } from './calls/single.js'
import { utilityErrors } from './errors.js'
import { utilityEventSpecs } from './events.js'
import { batchedCallsLimit } from './limits.js'

/** Calls that carry calls. */
export const utilityPallet = (outer: OuterReferences): Pallet =>
  definePallet({
    name: 'Utility',
    index: 11,
    path: 'pallet_subtensor_utility::pallet',
    calls: { ...batches(outer), ...singleCalls(outer) },
    events: utilityEventSpecs,
    eventParams: [],
    errors: utilityErrors.names,
    constants: { batched_calls_limit: constant(u32, batchedCallsLimit) },
  })
