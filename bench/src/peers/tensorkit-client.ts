import { createDendrite } from '@tensorkit/dendrite'
import { clientSigner, subnet } from './keys.js'
import { createPayloads, createTensors } from './payloads.js'
import { Bench } from './protocol.js'
import type { Caller, ClientConfig } from './tasks.js'
import type { TensorCounter } from './tensors.js'

/** A caller by TensorKit. */
export async function tensorkitCaller(config: ClientConfig, counter: TensorCounter): Promise<Caller> {
  const { kind, addresses, maxMessageBytes } = config
  const dendrite = createDendrite({
    signer: await clientSigner(0),
    directory: subnet,
    profile: kind === 'btauth' ? 'btauth' : 'session',
    transport: kind === 'grpc-js' ? 'grpc-js' : 'http2',
    timeoutMs: 12_000,
    maxMessageBytes,
    concurrency: Math.max(128, addresses.length),
    maxChannels: Math.max(1_024, addresses.length),
  })
  const targets = addresses.map(({ port, hotkey = '' }) => ({ host: '127.0.0.1', port, hotkey }))
  const payload = createPayloads()
  const tensorOfSize = createTensors()
  const targetOf = (server: number) => targets[server] as (typeof targets)[number]
  return {
    async call(server, { method, sizeBytes, messages = 1 }) {
      const target = targetOf(server)
      if (method === 'say') {
        const reply = await dendrite.call(target, Bench.say, { data: payload(sizeBytes) })
        if (!reply.ok) throw reply.error
        if (reply.value.data.length !== sizeBytes) throw new Error('the reply is not what was sent')
        return
      }
      if (method === 'tensor') {
        const reply = await dendrite.call(target, Bench.tensor, { tensor: tensorOfSize(sizeBytes) })
        if (!reply.ok) throw reply.error
        counter.see(reply.value.tensor)
        return
      }
      const stream = dendrite.stream(target, Bench.tensors, { sizeBytes, count: messages })
      let left = messages
      for await (const { tensor } of stream) {
        counter.see(tensor)
        left--
      }
      if (left !== 0) throw new Error('messages are missing')
    },
    async late(server, delayMs) {
      const reply = await dendrite.call(targetOf(server), Bench.late, { delayMs })
      if (!reply.ok) throw reply.error
      return reply.value.ownMs
    },
    channels: () => dendrite.peers().filter(({ isConnected, hasSession }) => isConnected && (hasSession || kind === 'btauth')).length,
    async round(delayMs) {
      const own: number[] = []
      for await (const reply of dendrite.query(targets, Bench.late, { delayMs }, { maxReplyBytes: 64 * 1024 })) {
        if (!reply.ok) throw reply.error
        own.push(reply.value.ownMs)
      }
      return own
    },
  }
}
