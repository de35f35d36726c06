import { refusedCall } from '../../../framework/refused-call.js'
import { bool, netUid, u16, u64 } from '../../../types/primitives.js'

const work = 'Registration by proof of work'

/** What belonged to registration by proof of work. */
export const refusedWork = {
  sudo_set_difficulty: refusedCall(24, { netuid: netUid, difficulty: u64 }, work),
  sudo_set_min_difficulty: refusedCall(4, { netuid: netUid, min_difficulty: u64 }, work),
  sudo_set_max_difficulty: refusedCall(5, { netuid: netUid, max_difficulty: u64 }, work),
  sudo_set_adjustment_interval: refusedCall(8, { netuid: netUid, adjustment_interval: u16 }, work),
  sudo_set_adjustment_alpha: refusedCall(9, { netuid: netUid, adjustment_alpha: u64 }, work),
  sudo_set_network_pow_registration_allowed: refusedCall(20, { netuid: netUid, registration_allowed: bool }, work),
}
