import { refusedCall } from '../../../../framework/refused-call.js'
import { option } from '../../../../types/compounds.js'
import { alphaBalance, bool, netUid, taoBalance } from '../../../../types/primitives.js'
import { accountId } from '../../../../types/well-known.js'

const priceLimits = 'Staking up to a price'
const takingOut = 'Taking stake out'
const swapping = 'Swapping stake to another subnet'
const burning = 'Burning and recycling stake'

/** What can be done with stake besides adding it. */
export const refusedStake = {
  add_stake_limit: refusedCall(
    88,
    { hotkey: accountId, netuid: netUid, amount_staked: taoBalance, limit_price: taoBalance, allow_partial: bool },
    priceLimits,
  ),
  remove_stake_limit: refusedCall(
    89,
    { hotkey: accountId, netuid: netUid, amount_unstaked: alphaBalance, limit_price: taoBalance, allow_partial: bool },
    priceLimits,
  ),
  remove_stake_full_limit: refusedCall(103, { hotkey: accountId, netuid: netUid, limit_price: option(taoBalance) }, priceLimits),
  add_stake_burn: refusedCall(
    132,
    { hotkey: accountId, netuid: netUid, amount: taoBalance, limit: option(taoBalance) },
    'Buying alpha to burn it',
  ),
  remove_stake: refusedCall(3, { hotkey: accountId, netuid: netUid, amount_unstaked: alphaBalance }, takingOut),
  unstake_all: refusedCall(83, { hotkey: accountId }, takingOut),
  unstake_all_alpha: refusedCall(84, { hotkey: accountId }, takingOut),
  move_stake: refusedCall(
    85,
    {
      origin_hotkey: accountId,
      destination_hotkey: accountId,
      origin_netuid: netUid,
      destination_netuid: netUid,
      alpha_amount: alphaBalance,
    },
    'Moving stake to another hotkey',
  ),
  transfer_stake: refusedCall(
    86,
    { destination_coldkey: accountId, hotkey: accountId, origin_netuid: netUid, destination_netuid: netUid, alpha_amount: alphaBalance },
    'Giving stake to another coldkey',
  ),
  swap_stake: refusedCall(
    87,
    { hotkey: accountId, origin_netuid: netUid, destination_netuid: netUid, alpha_amount: alphaBalance },
    swapping,
  ),
  swap_stake_limit: refusedCall(
    90,
    {
      hotkey: accountId,
      origin_netuid: netUid,
      destination_netuid: netUid,
      alpha_amount: alphaBalance,
      limit_price: taoBalance,
      allow_partial: bool,
    },
    swapping,
  ),
  recycle_alpha: refusedCall(101, { hotkey: accountId, amount: alphaBalance, netuid: netUid }, burning),
  burn_alpha: refusedCall(102, { hotkey: accountId, amount: alphaBalance, netuid: netUid }, burning),
}
