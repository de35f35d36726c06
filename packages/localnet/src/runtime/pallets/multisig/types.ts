import { boundedVec, struct } from '../../types/compounds.js'
import { u32, u64 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'

/** Most accounts of a multisig. */
export const MAX_SIGNATORIES = 100

/** The extrinsic that opened an operation: block and index in it. */
export const timepoint = struct('pallet_multisig::Timepoint', { height: u32, index: u32 }, [{ name: 'BlockNumber', ty: u32 }])

/** An operation that waits for approvals. Deposit in rao. */
export const multisig = struct(
  'pallet_multisig::Multisig',
  { when: timepoint, deposit: u64, depositor: accountId, approvals: boundedVec(accountId, MAX_SIGNATORIES) },
  [{ name: 'BlockNumber', ty: u32 }, { name: 'Balance', ty: u64 }, { name: 'AccountId', ty: accountId }, { name: 'MaxApprovals' }],
)
