import { Client, connectivityState, credentials, Metadata } from '@grpc/grpc-js'
import { createPayloads } from './payloads.js'
import { textToSign } from './polkadot.js'
import { type PlainMessages, plainService } from './protocol.js'
import type { Caller, ClientConfig } from './tasks.js'

const timeoutMs = 12_000

/** A caller by plain grpc-js, with the channel options of our grpc-js transport and a pinned certificate. */
export async function plainCaller({ kind, addresses, maxMessageBytes }: ClientConfig): Promise<Caller> {
  const { say, tensors, late } = plainService
  const opened = new Map<number, Client>()
  // When it is first used, as a dendrite does it: what a channel's credentials hold is the channel's.
  const clientOf = (server: number): Client => {
    const known = opened.get(server)
    if (known !== undefined) return known
    const { port, certificate = '' } = addresses[server] as (typeof addresses)[number]
    const pinned = credentials.createSsl(Buffer.from(certificate), null, null, { checkServerIdentity: () => undefined })
    const client = new Client(`ipv4:127.0.0.1:${port}`, pinned, {
      // An address is no server name in TLS.
      'grpc.ssl_target_name_override': 'localhost',
      'grpc.enable_channelz': 0,
      'grpc.enable_retries': 0,
      'grpc.service_config_disable_resolution': 1,
      'grpc.enable_http_proxy': 0,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.max_send_message_length': maxMessageBytes,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.keepalive_permit_without_calls': 0,
      'grpc.client_idle_timeout_ms': 300_000,
    })
    opened.set(server, client)
    return client
  }
  const metadataOf = kind === 'polkadot' ? await polkadotSigner() : () => new Metadata()
  const payload = createPayloads()
  const options = () => ({ deadline: Date.now() + timeoutMs })
  const unary = (server: number, data: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      const client = clientOf(server)
      client.makeUnaryRequest(
        say.path,
        say.requestSerialize,
        say.responseDeserialize,
        { data },
        metadataOf(data),
        options(),
        (error, reply) => {
          if (error) reject(error)
          else if (reply?.data.length !== data.length) reject(new Error('the reply is not what was sent'))
          else resolve()
        },
      )
    })
  const streamed = (server: number, want: PlainMessages['want']): Promise<void> =>
    new Promise((resolve, reject) => {
      const client = clientOf(server)
      let left = want.count
      client
        .makeServerStreamRequest(tensors.path, tensors.requestSerialize, tensors.responseDeserialize, want, new Metadata(), options())
        .on('data', (reply: PlainMessages['data']) => {
          if (reply.data.length === want.sizeBytes) left--
        })
        .on('error', reject)
        .on('end', () => (left === 0 ? resolve() : reject(new Error('messages are missing'))))
    })
  const askLate = (server: number, delayMs: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const client = clientOf(server)
      client.makeUnaryRequest(
        late.path,
        late.requestSerialize,
        late.responseDeserialize,
        { delayMs },
        new Metadata(),
        options(),
        (error, reply) => (error || !reply ? reject(error) : resolve(reply.ownMs)),
      )
    })
  return {
    call: (server, { method, sizeBytes, messages = 1 }) =>
      method === 'tensors' ? streamed(server, { sizeBytes, count: messages }) : unary(server, payload(sizeBytes)),
    late: askLate,
    channels: () =>
      [...opened.values()].filter((client) => client.getChannel().getConnectivityState(false) === connectivityState.READY).length,
    round: (delayMs) => Promise.all(addresses.map((_, server) => askLate(server, delayMs))),
  }
}

async function polkadotSigner(): Promise<(data: Uint8Array) => Metadata> {
  const { cryptoWaitReady, encodeAddress, sr25519PairFromSeed, sr25519Sign } = await import('@polkadot/util-crypto')
  await cryptoWaitReady()
  const pair = sr25519PairFromSeed(new Uint8Array(32).fill(3))
  const hotkey = encodeAddress(pair.publicKey, 42)
  let nonce = process.hrtime.bigint()
  return (body) => {
    const text = textToSign({ path: plainService.say.path, body, nonce: String(nonce++), hotkey })
    const metadata = new Metadata()
    metadata.set('x-hotkey', hotkey)
    metadata.set('x-nonce', String(nonce - 1n))
    metadata.set('x-signature-bin', Buffer.from(sr25519Sign(text, pair)))
    return metadata
  }
}
