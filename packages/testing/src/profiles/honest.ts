import type { MinerProfile } from './miner-profile.js'

/** A miner that does what its handlers say. */
export function honest(): MinerProfile {
  return { name: 'honest' }
}
