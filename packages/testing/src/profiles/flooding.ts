import type { IncomingCall } from '@tensorkit/axon'
import type { MinerProfile } from './miner-profile.js'
import { tamperWith } from './tamper-with.js'

/** What {@link flooding} may be told. */
export interface FloodingOptions {
  /** The size of each message, in bytes. @defaultValue 8 MiB, twice of what a dendrite takes unless told otherwise */
  readonly messageBytes?: number
  /** How many of them. @defaultValue no end */
  readonly messages?: number
}

/** A miner that answers with messages that are too large, and never stops. */
export function flooding({ messageBytes = 8 * 1024 * 1024, messages = Number.POSITIVE_INFINITY }: FloodingOptions = {}): MinerProfile {
  return {
    name: 'flooding',
    tamper: (call) =>
      tamperWith(call, {
        sendMessage: async () => {
          await flood(call, { messageBytes, messages })
          call.refuse({ status: 'INTERNAL', text: 'The flood is over', reason: 'flood' })
        },
      }),
  }
}

async function flood(call: IncomingCall, { messageBytes, messages }: Required<FloodingOptions>): Promise<void> {
  const message = new Uint8Array(messageBytes)
  for (let sent = 0; sent < messages && !call.isOver; sent++) {
    await call.sendMessage(message)
    // A receiver that always has room must not keep the process from everything else.
    await new Promise((resolve) => setImmediate(resolve))
  }
}
