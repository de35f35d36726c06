import { refusedCall } from '../../../../framework/refused-call.js'
import { netUid, u64 } from '../../../../types/primitives.js'

const votingPower = 'Voting power'

/** Moving averages of stake. */
export const refusedVotingPower = {
  enable_voting_power_tracking: refusedCall(129, { netuid: netUid }, votingPower),
  disable_voting_power_tracking: refusedCall(130, { netuid: netUid }, votingPower),
  sudo_set_voting_power_ema_alpha: refusedCall(131, { netuid: netUid, alpha: u64 }, votingPower),
}
