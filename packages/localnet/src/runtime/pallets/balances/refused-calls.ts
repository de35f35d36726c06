import { refusedCall } from '../../framework/refused-call.js'
import { vec } from '../../types/compounds.js'
import { bool, compactU64, u64 } from '../../types/primitives.js'
import { accountId, multiAddress } from '../../types/well-known.js'
import { adjustmentDirection } from './types.js'

export const refusedBalances = {
  force_transfer: refusedCall(
    2,
    { source: multiAddress, dest: multiAddress, value: compactU64 },
    "A transfer of another account's balance by root",
  ),
  force_unreserve: refusedCall(5, { who: multiAddress, amount: u64 }, 'The end of a reserve by root'),
  upgrade_accounts: refusedCall(6, { who: vec(accountId) }, 'The move of accounts from an old format'),
  force_adjust_total_issuance: refusedCall(9, { direction: adjustmentDirection, delta: compactU64 }, 'An issuance set by hand'),
  burn: refusedCall(10, { value: compactU64, keep_alive: bool }, 'Burning of a balance'),
}
