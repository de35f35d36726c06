import { refusedCall } from '../../../../framework/refused-call.js'
import { fixedHex, option } from '../../../../types/compounds.js'
import { bool, netUid, taoBalance, u64 } from '../../../../types/primitives.js'
import { accountId, h160, h256 } from '../../../../types/well-known.js'

const hotkeySwaps = 'Swapping a hotkey'
const coldkeySwaps = 'Swapping a coldkey'

/** Hotkeys and coldkeys that take the place of others. */
export const refusedKeys = {
  swap_hotkey: refusedCall(70, { hotkey: accountId, new_hotkey: accountId, netuid: option(netUid) }, hotkeySwaps),
  swap_hotkey_v2: refusedCall(72, { hotkey: accountId, new_hotkey: accountId, netuid: option(netUid), keep_stake: bool }, hotkeySwaps),
  swap_coldkey: refusedCall(71, { old_coldkey: accountId, new_coldkey: accountId, swap_cost: taoBalance }, coldkeySwaps),
  schedule_swap_coldkey: refusedCall(73, { new_coldkey: accountId }, coldkeySwaps),
  announce_coldkey_swap: refusedCall(125, { new_coldkey_hash: h256 }, coldkeySwaps),
  swap_coldkey_announced: refusedCall(126, { new_coldkey: accountId }, coldkeySwaps),
  dispute_coldkey_swap: refusedCall(127, {}, coldkeySwaps),
  reset_coldkey_swap: refusedCall(128, { coldkey: accountId }, coldkeySwaps),
  clear_coldkey_swap_announcement: refusedCall(133, {}, coldkeySwaps),
  associate_evm_key: refusedCall(
    93,
    { netuid: netUid, evm_key: h160, block_number: u64, signature: fixedHex(65) },
    'An Ethereum key of a hotkey',
  ),
}
