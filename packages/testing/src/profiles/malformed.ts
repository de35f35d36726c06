import type { MinerProfile } from './miner-profile.js'
import { tamperWith } from './tamper-with.js'

/** A miner whose replies are no message of the protocol: as long as the right ones, and nothing but 0xff. */
export function malformed(): MinerProfile {
  return {
    name: 'malformed',
    tamper: (call) =>
      tamperWith(call, { sendMessage: (bytes) => call.sendMessage(new Uint8Array(Math.max(1, bytes.byteLength)).fill(0xff)) }),
  }
}
