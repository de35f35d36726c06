import { addStake, addStakeLimit } from './add-stake.js'
import { addStakeBurn, burnAlpha, recycleAlpha } from './burn-alpha.js'
import { moveStake, swapStake, swapStakeLimit, transferStake } from './move-stake.js'
import { removeStake, removeStakeFullLimit, removeStakeLimit } from './remove-stake.js'
import { unstakeAll, unstakeAllAlpha } from './unstake-all.js'

/** Stake added, taken out, moved and burned. */
export const stakeCalls = {
  add_stake: addStake,
  add_stake_limit: addStakeLimit,
  add_stake_burn: addStakeBurn,
  remove_stake: removeStake,
  remove_stake_limit: removeStakeLimit,
  remove_stake_full_limit: removeStakeFullLimit,
  unstake_all: unstakeAll,
  unstake_all_alpha: unstakeAllAlpha,
  move_stake: moveStake,
  transfer_stake: transferStake,
  swap_stake: swapStake,
  swap_stake_limit: swapStakeLimit,
  recycle_alpha: recycleAlpha,
  burn_alpha: burnAlpha,
}
