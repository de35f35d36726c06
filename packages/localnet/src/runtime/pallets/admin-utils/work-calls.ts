import { defineCall } from '../../framework/call.js'
import { refTime } from '../../framework/weight.js'
import { bool, netUid, u16, u64 } from '../../types/primitives.js'
import { subtensorEvents } from '../subtensor/events.js'
import { subnets } from '../subtensor/storage/subnets.js'
import { keepOfSubnet, subnetCall } from './admin-call.js'
import { adminErrors } from './rules.js'

const difficultyTime = refTime({ time: 34_554_000n, reads: 5, writes: 1 })

/** What governed registration by proof of work: numbers that remain in what the runtime APIs report. */
export const workCalls = {
  sudo_set_min_difficulty: subnetCall({
    index: 4,
    args: { min_difficulty: u64 },
    refTime: difficultyTime,
    by: 'root-in-window',
    subnet: 'exists',
    set: keepOfSubnet('min_difficulty', subnets.MinDifficulty, subtensorEvents.MinDifficultySet),
  }),
  sudo_set_max_difficulty: subnetCall({
    index: 5,
    args: { max_difficulty: u64 },
    refTime: refTime({ time: 34_704_000n, reads: 5, writes: 1 }),
    by: 'MaxDifficulty',
    subnet: 'exists',
    set: keepOfSubnet('max_difficulty', subnets.MaxDifficulty, subtensorEvents.MaxDifficultySet),
  }),
  sudo_set_adjustment_interval: subnetCall({
    index: 8,
    args: { adjustment_interval: u16 },
    refTime: refTime({ time: 16_320_000n, reads: 1, writes: 1 }),
    by: 'root',
    subnet: 'exists',
    set: keepOfSubnet('adjustment_interval', subnets.AdjustmentInterval, subtensorEvents.AdjustmentIntervalSet),
  }),
  sudo_set_adjustment_alpha: subnetCall({
    index: 9,
    args: { adjustment_alpha: u64 },
    refTime: refTime({ time: 14_000_000n, reads: 1, writes: 1 }),
    by: 'AdjustmentAlpha',
    subnet: 'exists',
    set: keepOfSubnet('adjustment_alpha', subnets.AdjustmentAlpha, subtensorEvents.AdjustmentAlphaSet),
  }),
  /** What the chain has turned off: nobody may. */
  sudo_set_network_pow_registration_allowed: defineCall({
    index: 20,
    args: { netuid: netUid, registration_allowed: bool },
    refTime: refTime({ time: 14_000_000n, writes: 1 }),
    run: () => adminErrors.fail('POWRegistrationDisabled'),
  }),
  sudo_set_difficulty: subnetCall({
    index: 24,
    args: { difficulty: u64 },
    refTime: refTime({ time: 34_434_000n, reads: 5, writes: 1 }),
    by: 'root-in-window',
    subnet: 'exists',
    set: keepOfSubnet('difficulty', subnets.Difficulty, subtensorEvents.DifficultySet),
  }),
}
