import { type Tensor, tensorOf } from '@tensorkit/core'
import { createDendrite } from '@tensorkit/dendrite'
import { clientSigner, subnet } from './keys.js'
import { Bench } from './protocol.js'
import type { Caller, ClientConfig } from './tasks.js'
import type { TensorCounter } from './tensors.js'

/** A caller by TensorKit. */
export async function tensorkitCaller(config: ClientConfig, index: number, counter: TensorCounter): Promise<Caller> {
  const { kind, addresses, maxMessageBytes } = config
  const dendrite = createDendrite({
    signer: await clientSigner(index),
    directory: subnet,
    profile: kind === 'btauth' ? 'btauth' : 'session',
    transport: kind === 'grpc-js' ? 'grpc-js' : 'http2',
    timeoutMs: 12_000,
    maxMessageBytes,
    concurrency: Math.max(128, addresses.length),
  })
  const targets = addresses.map(({ port, hotkey = '' }) => ({ host: '127.0.0.1', port, hotkey }))
  const payloads = new Map<number, Uint8Array>()
  const payload = (sizeBytes: number) => {
    const known = payloads.get(sizeBytes) ?? new Uint8Array(sizeBytes).fill(1)
    payloads.set(sizeBytes, known)
    return known
  }
  const tensors = new Map<number, Tensor>()
  const tensorOfSize = (sizeBytes: number) => {
    const known = tensors.get(sizeBytes) ?? tensorOf('F32', [sizeBytes / 4], new Float32Array(sizeBytes / 4).fill(1))
    tensors.set(sizeBytes, known)
    return known
  }
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
      throw new Error(`not there yet: ${method} ${messages}`)
    },
    async late(server, delayMs) {
      const reply = await dendrite.call(targetOf(server), Bench.late, { delayMs })
      if (!reply.ok) throw reply.error
      return reply.value.ownMs
    },
  }
}
