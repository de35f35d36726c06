import { definePallet } from '../../framework/pallet.js'
import { adminEventSpecs } from './events.js'
import { ownerCalls } from './owner-calls.js'
import { refusedCalls } from './refused-calls.js'
import { rootCalls } from './root-calls.js'
import { adminErrors } from './rules.js'

/** Hyperparameters: what root sets, and what a subnet's owner may set in between. */
export const adminUtilsPallet = definePallet({
  name: 'AdminUtils',
  index: 19,
  path: 'pallet_admin_utils::pallet',
  calls: { ...ownerCalls, ...rootCalls, ...refusedCalls },
  events: adminEventSpecs,
  errors: adminErrors.names,
})
