import { createAxon } from '@tensorkit/axon'
import { createMemoryReplayStore, staticDirectory, tensorOf } from '@tensorkit/core'
import { clientSigner, maxClients, serverSigner, subnet } from './keys.js'
import { Bench } from './protocol.js'
import type { ServerAddress, ServerConfig } from './tasks.js'
import type { TensorCounter } from './tensors.js'

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Starts our servers. */
export async function startAxons(config: ServerConfig, tensors: TensorCounter): Promise<readonly ServerAddress[]> {
  const { servers, maxMessageBytes, firstCallMs } = config
  const callers = await Promise.all(Array.from({ length: maxClients }, (_, i) => clientSigner(i)))
  const directory = staticDirectory({
    ...subnet,
    neurons: callers.map(({ address }, uid) => ({ uid, hotkey: address, validatorPermit: true, stake: 1n })),
  })
  const start = async (_: unknown, index: number): Promise<ServerAddress> => {
    const signer = await serverSigner(index)
    const axon = createAxon({
      signer,
      directory,
      port: 0,
      admit: { validatorPermit: true, minStake: 1n },
      // What is measured is a call that is let in: the rate of one caller is all of the load here.
      limits: {
        callsPerSecondPerHotkey: 1_000_000,
        maxMessageBytes,
        ...(maxMessageBytes > 4 * 1024 * 1024 && { maxSessionMemoryBytes: 8 * maxMessageBytes }),
        ...(firstCallMs !== undefined && { firstCallMs }),
      },
      // Complete since ever, so that nothing waits; wide enough for the calls of a whole run.
      replayStore: createMemoryReplayStore({ completeSinceNs: 0n, maxEntries: 1_000_000, maxEntriesPerHotkey: 1_000_000 }),
    })
    axon.implement(Bench, {
      say: ({ data }) => ({ data }),
      tensor: ({ tensor }) => {
        tensors.see(tensor)
        return { tensor }
      },
      async *tensors({ sizeBytes, count }) {
        const tensor = tensorOf('F32', [sizeBytes / 4], new Float32Array(sizeBytes / 4).fill(1))
        for (let i = 0; i < count; i++) yield { tensor }
      },
      late: async ({ delayMs }) => {
        const startedMs = performance.now()
        if (delayMs > 0) await wait(delayMs)
        return { ownMs: performance.now() - startedMs }
      },
    })
    await axon.listen()
    return { port: axon.endpoint.port, hotkey: signer.address }
  }
  return Promise.all(Array.from({ length: servers }, start))
}
