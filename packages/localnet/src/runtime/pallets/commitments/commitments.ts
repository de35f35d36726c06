import { constant, definePallet } from '../../framework/pallet.js'
import { u32, u64 } from '../../types/primitives.js'
import { commitmentsErrors } from './errors.js'
import { commitmentsEventSpecs } from './events.js'
import { setCommitment, setMaxSpace } from './set-commitment.js'
import { commitments } from './storage.js'
import { MAX_FIELDS } from './types.js'

/** What neurons publish about themselves, in the open or sealed until a drand round. */
export const commitmentsPallet = definePallet({
  name: 'Commitments',
  index: 18,
  path: 'pallet_commitments::pallet',
  storage: commitments,
  calls: { set_commitment: setCommitment, set_max_space: setMaxSpace },
  events: commitmentsEventSpecs,
  errors: commitmentsErrors.names,
  constants: { MaxFields: constant(u32, MAX_FIELDS), InitialDeposit: constant(u64, 0n), FieldDeposit: constant(u64, 0n) },
})
