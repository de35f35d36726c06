import { type Axon, createAxon } from '@tensorkit/axon'
import { createMemoryReplayStore, type NeuronDirectory, staticDirectory } from '@tensorkit/core'
import { clientSigner, maxClients, serverSigner, subnet } from './keys.js'
import { createTensors } from './payloads.js'
import { Bench } from './protocol.js'
import type { ServerAddress, ServerConfig } from './tasks.js'
import type { TensorCounter } from './tensors.js'

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** How one of our servers is made. */
export interface AxonConfig extends Pick<ServerConfig, 'maxMessageBytes' | 'firstCallMs'> {
  readonly tensors: TensorCounter
}

let callers: Promise<NeuronDirectory> | undefined

/** All clients of a benchmark, registered with a permit. */
function directoryOfCallers(): Promise<NeuronDirectory> {
  callers ??= Promise.all(Array.from({ length: maxClients }, (_, i) => clientSigner(i))).then((signers) =>
    staticDirectory({
      ...subnet,
      neurons: signers.map(({ address }, uid) => ({ uid, hotkey: address, validatorPermit: true, stake: 1n })),
    }),
  )
  return callers
}

/** Starts one of our servers. */
export async function startAxon(index: number, config: AxonConfig): Promise<{ readonly axon: Axon; readonly address: ServerAddress }> {
  const { maxMessageBytes, firstCallMs, tensors } = config
  const signer = await serverSigner(index)
  const tensorOfSize = createTensors()
  const axon = createAxon({
    signer,
    directory: await directoryOfCallers(),
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
      const tensor = tensorOfSize(sizeBytes)
      for (let i = 0; i < count; i++) yield { tensor }
    },
    late: async ({ delayMs }) => {
      const startedMs = performance.now()
      if (delayMs > 0) await wait(delayMs)
      return { ownMs: performance.now() - startedMs }
    },
  })
  await axon.listen()
  return { axon, address: { port: axon.endpoint.port, hotkey: signer.address } }
}

/** Starts our servers. */
export async function startAxons(
  { servers, firstServer = 0, ...config }: ServerConfig,
  tensors: TensorCounter,
): Promise<readonly ServerAddress[]> {
  const started = await Promise.all(Array.from({ length: servers }, (_, index) => startAxon(firstServer + index, { ...config, tensors })))
  return started.map(({ address }) => address)
}
