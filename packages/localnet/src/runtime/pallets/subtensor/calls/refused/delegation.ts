import { refusedCall } from '../../../../framework/refused-call.js'
import { tuple, vec } from '../../../../types/compounds.js'
import { bool, netUid, u16, u64 } from '../../../../types/primitives.js'
import { accountId } from '../../../../types/well-known.js'

const takes = "A hotkey's take other than the default"
const children = 'Children of a hotkey'
const childTakes = 'The take of a child'

/** Takes, children, and where incentive is staked. */
export const refusedDelegation = {
  decrease_take: refusedCall(65, { hotkey: accountId, take: u16 }, takes),
  increase_take: refusedCall(66, { hotkey: accountId, take: u16 }, takes),
  set_children: refusedCall(67, { hotkey: accountId, netuid: netUid, children: vec(tuple(u64, accountId)) }, children),
  set_pending_childkey_cooldown: refusedCall(109, { cooldown: u64 }, children),
  set_childkey_take: refusedCall(75, { hotkey: accountId, netuid: netUid, take: u16 }, childTakes),
  sudo_set_tx_childkey_take_rate_limit: refusedCall(69, { tx_rate_limit: u64 }, childTakes),
  sudo_set_min_childkey_take: refusedCall(76, { take: u16 }, childTakes),
  sudo_set_max_childkey_take: refusedCall(77, { take: u16 }, childTakes),
  set_auto_parent_delegation_enabled: refusedCall(135, { hotkey: accountId, enabled: bool }, 'Parents that a hotkey gets by itself'),
  set_coldkey_auto_stake_hotkey: refusedCall(114, { netuid: netUid, hotkey: accountId }, 'Staking of incentive to another hotkey'),
}
