import { Server, ServerCredentials, type ServerUnaryCall, type ServerWritableStream, type sendUnaryData } from '@grpc/grpc-js'
import { createTlsIdentity, defaultAxonLimits } from '@tensorkit/axon'
import { createPayloads } from './payloads.js'
import { signatureHeaders, textToSign } from './polkadot.js'
import { type PlainMessages, plainService } from './protocol.js'
import type { ServerAddress, ServerConfig } from './tasks.js'

type Data = PlainMessages['data']

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Starts plain grpc-js servers; with `polkadot` each call of `say` needs a signature by @polkadot/util-crypto. */
export async function startPlain({ kind, servers, maxMessageBytes }: ServerConfig): Promise<readonly ServerAddress[]> {
  const isSigned = kind === 'polkadot' ? await signatureCheck() : () => true
  // One key for all: what it costs to make one is not what is measured.
  const { privateKey, certificatePem: certificate } = await createTlsIdentity()
  const key = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const start = async (): Promise<ServerAddress> => {
    const server = new Server({
      'grpc.enable_channelz': 0,
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.max_send_message_length': maxMessageBytes,
      'grpc.max_concurrent_streams': defaultAxonLimits.maxStreamsPerConnection,
      'grpc.max_connection_idle_ms': defaultAxonLimits.idleConnectionMs,
      'grpc.max_connection_age_ms': defaultAxonLimits.maxConnectionAgeMs,
      'grpc.max_connection_age_grace_ms': defaultAxonLimits.maxDeadlineMs,
    })
    server.addService(plainService, {
      say: (call: ServerUnaryCall<Data, Data>, respond: sendUnaryData<Data>) => {
        if (!isSigned(call)) respond(new Error('the signature does not hold'))
        else respond(null, { data: call.request.data })
      },
      late: (call: ServerUnaryCall<PlainMessages['delay'], PlainMessages['late']>, respond: sendUnaryData<PlainMessages['late']>) => {
        const startedMs = performance.now()
        const { delayMs } = call.request
        if (delayMs > 0) void wait(delayMs).then(() => respond(null, { ownMs: performance.now() - startedMs }))
        else respond(null, { ownMs: performance.now() - startedMs })
      },
      tensors: (call: ServerWritableStream<PlainMessages['want'], Data>) => {
        void streamTensors(call)
      },
    })
    const credentials = ServerCredentials.createSsl(null, [{ private_key: key, cert_chain: Buffer.from(certificate) }])
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)))
    })
    return { port, certificate }
  }
  return Promise.all(Array.from({ length: servers }, start))
}

const payloads = createPayloads()

async function streamTensors(call: ServerWritableStream<PlainMessages['want'], Data>): Promise<void> {
  const { sizeBytes, count } = call.request
  const data = payloads(sizeBytes)
  for (let i = 0; i < count; i++) {
    if (!call.write({ data })) await new Promise((resolve) => call.once('drain', resolve))
  }
  call.end()
}

/** The check of a call that is signed by itself. The library is loaded only where it is used. */
async function signatureCheck(): Promise<(call: ServerUnaryCall<Data, Data>) => boolean> {
  const { cryptoWaitReady, decodeAddress, sr25519Verify } = await import('@polkadot/util-crypto')
  await cryptoWaitReady()
  return (call) => {
    const [hotkey, nonce, signature] = signatureHeaders.map((name) => call.metadata.get(name)[0]) as [string, string, Buffer]
    const text = textToSign({ path: plainService.say.path, body: call.request.data, nonce, hotkey })
    return sr25519Verify(text, signature, decodeAddress(hotkey))
  }
}
