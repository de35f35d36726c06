import { refusedCall } from '../../../framework/refused-call.js'
import { i64f64, i96f32, u64f64 } from '../../../types/fixed.js'
import { bool, netUid, taoBalance, u16, u64 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { recycleOrBurn } from '../../subtensor/types.js'

const ownerCut = "An owner's cut other than the default"
const movingPrices = 'The pace of moving prices'
const ownerHotkey = "A change of the owner's hotkey"
const flows = 'Emission by flow of TAO'

/** What governs emission, prices and owners. */
export const refusedEmission = {
  sudo_set_subnet_owner_cut: refusedCall(28, { subnet_owner_cut: u16 }, ownerCut),
  sudo_set_owner_cut_enabled: refusedCall(92, { netuid: netUid, enabled: bool }, ownerCut),
  sudo_set_owner_cut_auto_lock_enabled: refusedCall(95, { netuid: netUid, enabled: bool }, 'Locking of stake'),
  sudo_set_total_issuance: refusedCall(33, { total_issuance: taoBalance }, 'An issuance set by hand'),
  sudo_set_toggle_transfer: refusedCall(61, { netuid: netUid, toggle: bool }, 'Transfers of stake'),
  sudo_set_recycle_or_burn: refusedCall(80, { netuid: netUid, recycle_or_burn: recycleOrBurn }, "Recycling of an owner's incentive"),
  sudo_set_subnet_moving_alpha: refusedCall(63, { alpha: i96f32 }, movingPrices),
  sudo_set_ema_price_halving_period: refusedCall(65, { netuid: netUid, ema_halving: u64 }, movingPrices),
  sudo_set_subnet_owner_hotkey: refusedCall(64, { netuid: netUid, hotkey: accountId }, ownerHotkey),
  sudo_set_sn_owner_hotkey: refusedCall(67, { netuid: netUid, hotkey: accountId }, ownerHotkey),
  sudo_set_tao_flow_cutoff: refusedCall(81, { flow_cutoff: i64f64 }, flows),
  sudo_set_tao_flow_normalization_exponent: refusedCall(82, { exponent: u64f64 }, flows),
  sudo_set_tao_flow_smoothing_factor: refusedCall(83, { smoothing_factor: u64 }, flows),
  sudo_set_net_tao_flow_enabled: refusedCall(91, { enabled: bool }, flows),
}
