import { definePallet } from '../../framework/pallet.js'
import { blake2, defineStorage, map } from '../../framework/storage-item.js'
import { bool } from '../../types/primitives.js'
import { adminEventSpecs } from './events.js'
import { ownerCalls } from './owner-calls.js'
import { refusedConsensus } from './refused/consensus.js'
import { refusedEmission } from './refused/emission.js'
import { refusedLimits } from './refused/limits.js'
import { refusedNode } from './refused/node.js'
import { refusedWork } from './refused/work.js'
import { rootCalls } from './root-calls.js'
import { adminErrors } from './rules.js'
import { precompile } from './types.js'

/** Hyperparameters: what root sets, and what a subnet's owner may set in between. */
export const adminUtilsPallet = definePallet({
  name: 'AdminUtils',
  index: 19,
  path: 'pallet_admin_utils::pallet',
  storage: defineStorage('AdminUtils', { PrecompileEnable: map([blake2(precompile)], bool, true) }),
  calls: {
    ...ownerCalls,
    ...rootCalls,
    ...refusedConsensus,
    ...refusedEmission,
    ...refusedLimits,
    ...refusedNode,
    ...refusedWork,
  },
  events: adminEventSpecs,
  errors: adminErrors.names,
})
