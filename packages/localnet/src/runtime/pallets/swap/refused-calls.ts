import { refusedCall } from '../../framework/refused-call.js'
import { newtype } from '../../types/compounds.js'
import { bool, i32, i64, netUid, u16, u64, u128 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'

const tickIndex = newtype('pallet_subtensor_swap::pallet::TickIndex', i32)
const positionId = newtype('pallet_subtensor_swap::pallet::PositionId', u128)

const liquidity = 'Liquidity of users, which the chain has switched off,'

export const refusedSwap = {
  set_fee_rate: refusedCall(0, { netuid: netUid, rate: u16 }, 'A fee of swaps other than the default'),
  add_liquidity: refusedCall(
    1,
    { hotkey: accountId, netuid: netUid, tick_low: tickIndex, tick_high: tickIndex, liquidity: u64 },
    liquidity,
  ),
  remove_liquidity: refusedCall(2, { hotkey: accountId, netuid: netUid, position_id: positionId }, liquidity),
  modify_position: refusedCall(3, { hotkey: accountId, netuid: netUid, position_id: positionId, liquidity_delta: i64 }, liquidity),
  toggle_user_liquidity: refusedCall(4, { netuid: netUid, enable: bool }, liquidity),
  disable_lp: refusedCall(5, {}, liquidity),
}
