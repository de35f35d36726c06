import { refusedCall } from '../../../framework/refused-call.js'
import { netUid, taoBalance, u16, u32, u64 } from '../../../types/primitives.js'

const takes = "Bounds of a hotkey's take"
const registrations = 'Limits of registrations by number'
const coldkeySwaps = 'Swapping a coldkey'

/** Rate limits, takes and the costs of registration. */
export const refusedLimits = {
  sudo_set_default_take: refusedCall(1, { default_take: u16 }, takes),
  sudo_set_min_delegate_take: refusedCall(46, { take: u16 }, takes),
  sudo_set_tx_delegate_take_rate_limit: refusedCall(45, { tx_rate_limit: u64 }, takes),
  sudo_set_min_childkey_take_per_subnet: refusedCall(93, { netuid: netUid, take: u16 }, 'The least take of a child on a subnet'),
  sudo_set_ck_burn: refusedCall(73, { burn: u64 }, "Burning of dividends of others' children"),
  sudo_set_tx_rate_limit: refusedCall(2, { tx_rate_limit: u64 }, 'The rate limit of swaps of hotkeys'),
  sudo_set_network_immunity_period: refusedCall(35, { immunity_period: u64 }, 'The immunity of new subnets'),
  sudo_set_lock_reduction_interval: refusedCall(38, { interval: u64 }, 'The fall of the lock cost'),
  sudo_set_rao_recycled: refusedCall(39, { netuid: netUid, rao_recycled: taoBalance }, 'The count of what registration recycled'),
  sudo_set_nominator_min_required_stake: refusedCall(43, { min_stake: u64 }, 'The least stake of a nominator'),
  sudo_set_target_registrations_per_interval: refusedCall(21, { netuid: netUid, target_registrations_per_interval: u16 }, registrations),
  sudo_set_max_registrations_per_block: refusedCall(27, { netuid: netUid, max_registrations_per_block: u16 }, registrations),
  sudo_set_start_call_delay: refusedCall(85, { delay: u64 }, 'A delay before a subnet may start'),
  sudo_set_coldkey_swap_announcement_delay: refusedCall(86, { duration: u32 }, coldkeySwaps),
  sudo_set_coldkey_swap_reannouncement_delay: refusedCall(87, { duration: u32 }, coldkeySwaps),
  sudo_set_dissolve_network_schedule_duration: refusedCall(55, { duration: u32 }, 'Dissolving a subnet on a schedule'),
}
