import { once } from 'node:events'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { gzipSync } from 'node:zlib'
import { status } from '@grpc/grpc-js'
import { type Axon, createAxon } from '@tensorkit/axon'
import {
  bodySha256Hex,
  bytes,
  createMemoryReplayStore,
  createNonceSource,
  defineProtocol,
  message,
  signBtauthCall,
  uint32,
  unary,
} from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { directoryOf, signers } from './axon-dendrite-support.js'

const Sizes = defineProtocol('test.v1.Sizes', {
  of: unary({ request: message({ data: bytes(1) }), response: message({ size: uint32(1) }) }),
})
const nextNonce = createNonceSource()
// Which server of ours it is.
let transport: 'http2' | 'grpc-js'
let alice: LocalSigner
let bob: LocalSigner
let axon: Axon | undefined
let client: ClientHttp2Session | undefined
let handled = 0

beforeAll(async () => {
  ;[alice, bob] = (await signers('Alice', 'Bob')) as [LocalSigner, LocalSigner]
})
afterEach(async () => {
  client?.destroy()
  await axon?.close()
})

async function serve(): Promise<void> {
  axon = createAxon({
    transport,
    signer: bob,
    directory: directoryOf([{ hotkey: alice.address }]),
    port: 0,
    insecure: true,
    replayStore: createMemoryReplayStore({ completeSinceNs: 0n }),
  })
  axon.implement(Sizes, {
    of: ({ data }) => {
      handled++
      return { size: data.byteLength }
    },
  })
  await axon.listen()
  client = connectHttp2(`http://127.0.0.1:${axon.endpoint.port}`)
}

/** One call whose message is compressed, as clients in other languages send it. */
async function send(body: Uint8Array, compressed: Buffer, encoding = 'gzip'): Promise<{ readonly code: number; readonly size?: number }> {
  const signed = await signBtauthCall({
    signer: alice,
    receiver: bob.address,
    path: Sizes.of.path,
    bodySha256: bodySha256Hex(body),
    nonce: nextNonce(),
  })
  const stream = (client as ClientHttp2Session).request({
    ':method': 'POST',
    ':path': Sizes.of.path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-encoding': encoding,
    ...signed,
  })
  const frame = Buffer.alloc(5)
  frame[0] = 1
  frame.writeUInt32BE(compressed.length, 1)
  let code = -1
  const seen = (headers: object) => {
    const value = (headers as Record<string, string>)['grpc-status']
    if (value !== undefined) code = Number(value)
  }
  stream.on('response', seen)
  stream.on('trailers', seen)
  stream.on('error', () => {})
  stream.end(Buffer.concat([frame, compressed]))
  const parts: Buffer[] = []
  stream.on('data', (part: Buffer) => parts.push(part))
  await once(stream, 'close')
  const answer = Buffer.concat(parts)
  return { code, ...(answer.length > 5 && { size: Sizes.of.response.decode(answer.subarray(5)).size }) }
}

describe.each(['http2', 'grpc-js'] as const)('over %s', (name) => {
  beforeEach(() => {
    transport = name
  })

  describe('a compressed request', () => {
    it('is taken, its signature being over what it holds', async () => {
      await serve()
      const body = Sizes.of.request.encode({ data: new Uint8Array(100_000) })
      expect(await send(body, gzipSync(body))).toEqual({ code: status.OK, size: 100_000 })
    })

    it('that inflates beyond the limit is refused while it inflates', async () => {
      await serve()
      const before = handled
      // 2 GiB, in a few MB: gzip members one behind the other, which a decompressor reads as one stream.
      const member = gzipSync(Buffer.alloc(64 * 1024 * 1024))
      const bomb = Buffer.concat(Array.from({ length: 32 }, () => member))
      expect(bomb.length).toBeLessThan(4 * 1024 * 1024)
      let peakBytes = 0
      const startBytes = process.memoryUsage().rss
      const watch = setInterval(() => {
        peakBytes = Math.max(peakBytes, process.memoryUsage().rss - startBytes)
      }, 1)
      const startedMs = performance.now()
      const { code } = await send(new Uint8Array(), bomb)
      clearInterval(watch)
      expect(code).toBe(status.RESOURCE_EXHAUSTED)
      expect(performance.now() - startedMs).toBeLessThan(2_000)
      expect(peakBytes).toBeLessThan(128 * 1024 * 1024)
      expect(handled).toBe(before)
      const body = Sizes.of.request.encode({ data: new Uint8Array(10) })
      expect(await send(body, gzipSync(body))).toEqual({ code: status.OK, size: 10 })
    })

    it('in what is no compression, or an unknown one, is refused', async () => {
      await serve()
      const body = Sizes.of.request.encode({ data: new Uint8Array(10) })
      expect((await send(body, Buffer.from('not gzip'))).code).toBe(status.INTERNAL)
      expect((await send(body, gzipSync(body), 'zstd')).code).toBe(status.UNIMPLEMENTED)
    })
  })
})
