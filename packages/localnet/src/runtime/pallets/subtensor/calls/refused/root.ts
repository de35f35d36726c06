import { refusedCall } from '../../../../framework/refused-call.js'
import { btreeSet } from '../../../../types/compounds.js'
import { netUid, u16, u64 } from '../../../../types/primitives.js'
import { accountId } from '../../../../types/well-known.js'
import { rootClaimType } from '../../types.js'

const claims = 'Claims of root stake'

/** Validators on root, and what stake on root claims. */
export const refusedRoot = {
  root_register: refusedCall(62, { hotkey: accountId }, 'Registration on root'),
  claim_root: refusedCall(121, { subnets: btreeSet(u16) }, claims),
  set_root_claim_type: refusedCall(122, { new_root_claim_type: rootClaimType }, claims),
  sudo_set_num_root_claims: refusedCall(123, { new_value: u64 }, claims),
  sudo_set_root_claim_threshold: refusedCall(124, { netuid: netUid, new_value: u64 }, claims),
}
