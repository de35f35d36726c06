import { definePallet } from '../../framework/pallet.js'
import { blake2, defineStorage, map } from '../../framework/storage-item.js'
import { bool } from '../../types/primitives.js'
import { emissionCalls } from './emission-calls.js'
import { adminEventSpecs } from './events.js'
import { limitCalls } from './limit-calls.js'
import { neuronCalls } from './neuron-calls.js'
import { ownerCalls } from './owner-calls.js'
import { refusedCalls } from './refused-calls.js'
import { rootCalls } from './root-calls.js'
import { adminErrors } from './rules.js'
import { precompile } from './types.js'
import { workCalls } from './work-calls.js'

/** Hyperparameters: what root sets, and what a subnet's owner may set in between. */
export const adminUtilsPallet = definePallet({
  name: 'AdminUtils',
  index: 19,
  path: 'pallet_admin_utils::pallet',
  storage: defineStorage('AdminUtils', { PrecompileEnable: map([blake2(precompile)], bool, true) }),
  calls: {
    ...ownerCalls,
    ...rootCalls,
    ...neuronCalls,
    ...emissionCalls,
    ...limitCalls,
    ...workCalls,
    ...refusedCalls,
  },
  events: adminEventSpecs,
  errors: adminErrors.names,
})
