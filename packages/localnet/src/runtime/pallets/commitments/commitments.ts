import { defineErrors } from '../../framework/dispatch-failure.js'
import { constant, definePallet } from '../../framework/pallet.js'
import { refusedCall } from '../../framework/refused-call.js'
import { netUid, u32, u64 } from '../../types/primitives.js'
import { commitmentsEventSpecs } from './events.js'
import { commitments } from './storage.js'
import { commitmentInfo, MAX_FIELDS } from './types.js'

export const commitmentsErrors = defineErrors(18, [
  'TooManyFieldsInCommitmentInfo',
  'AccountNotAllowedCommit',
  'SpaceLimitExceeded',
  'UnexpectedUnreserveLeftover',
])

/** What neurons publish about themselves, in the open or sealed until a drand round. */
export const commitmentsPallet = definePallet({
  name: 'Commitments',
  index: 18,
  path: 'pallet_commitments::pallet',
  storage: commitments,
  calls: {
    set_commitment: refusedCall(0, { netuid: netUid, info: commitmentInfo }, 'Commitments of neurons'),
    set_max_space: refusedCall(2, { new_limit: u32 }, 'A limit of commitments other than the default'),
  },
  events: commitmentsEventSpecs,
  errors: commitmentsErrors.names,
  constants: { MaxFields: constant(u32, MAX_FIELDS), InitialDeposit: constant(u64, 0n), FieldDeposit: constant(u64, 0n) },
})
