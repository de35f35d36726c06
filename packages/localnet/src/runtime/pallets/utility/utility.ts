import { defineErrors } from '../../framework/dispatch-failure.js'
import type { OuterReferences } from '../../framework/outer-types.js'
import { constant, definePallet, type Pallet } from '../../framework/pallet.js'
import { u32 } from '../../types/primitives.js'
import { utilityEventSpecs } from './events.js'
import { refusedUtility } from './refused-calls.js'

export const utilityErrors = defineErrors(11, ['TooManyCalls', 'InvalidDerivedAccount'])

/** Calls that carry calls. */
export const utilityPallet = (outer: OuterReferences): Pallet =>
  definePallet({
    name: 'Utility',
    index: 11,
    path: 'pallet_subtensor_utility::pallet',
    calls: refusedUtility(outer),
    events: utilityEventSpecs,
    eventParams: [],
    errors: utilityErrors.names,
    constants: { batched_calls_limit: constant(u32, 10_922) },
  })
