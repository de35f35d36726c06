import { refusedCall } from '../../framework/refused-call.js'
import { boundedVec, option, tuple, vec } from '../../types/compounds.js'
import { bool, netUid, u32, u64 } from '../../types/primitives.js'
import { auraId, grandpaId, MAX_AUTHORITIES, precompile } from './types.js'

const authorities = 'Authorities of Aura and GRANDPA'
const evm = 'The EVM'

/** What belongs to a network of nodes, to the EVM, and to stake that is locked. */
export const refusedCalls = {
  swap_authorities: refusedCall(0, { new_authorities: boundedVec(auraId, MAX_AUTHORITIES) }, authorities),
  schedule_grandpa_change: refusedCall(
    59,
    { next_authorities: vec(tuple(grandpaId, u64)), in_blocks: u32, forced: option(u32) },
    authorities,
  ),
  sudo_set_evm_chain_id: refusedCall(58, { chain_id: u64 }, evm),
  sudo_toggle_evm_precompile: refusedCall(62, { precompile_id: precompile, enabled: bool }, evm),
  sudo_set_owner_cut_auto_lock_enabled: refusedCall(95, { netuid: netUid, enabled: bool }, "Locking of an owner's cut"),
}
