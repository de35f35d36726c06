import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'
import { status } from '@grpc/grpc-js'
import { type Axon, createAxon, createTlsIdentity, type Handlers, type TlsIdentity } from '@tensorkit/axon'
import {
  bidi,
  bodySha256Hex,
  bytes,
  clientStreaming,
  createMemoryReplayStore,
  createNonceSource,
  decodeRefusalReason,
  defineProtocol,
  message,
  serverStreaming,
  signBtauthCall,
  type TensorKitError,
  uint32,
  unary,
} from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { directoryOf, genesisHash, recordingLogger, signers } from './axon-dendrite-support.js'
import { collect, openRawSession, type RawSession } from './raw-session.js'

const Ask = message({ count: uint32(1), size: uint32(2) })
const Chunk = message({ n: uint32(1), data: bytes(2) })
const Streams = defineProtocol('test.v1.Streams', {
  one: unary({ request: Ask, response: Chunk }),
  many: serverStreaming({ request: Ask, response: Chunk }),
  gather: clientStreaming({ request: Chunk, response: Chunk }),
  echo: bidi({ request: Chunk, response: Chunk }),
})
const none = new Uint8Array()
const streams: Handlers<typeof Streams> = {
  one: ({ count, size }) => ({ n: count, data: new Uint8Array(size) }),
  async *many({ count, size }) {
    for (let n = 0; n < count; n++) yield { n, data: new Uint8Array(size) }
  },
  async gather(requests) {
    let n = 0
    for await (const { data } of requests) n += data.byteLength
    return { n, data: none }
  },
  async *echo(requests) {
    for await (const request of requests) yield request
  },
}

// Which server of ours it is.
let transport: 'http2' | 'grpc-js'
let alice: LocalSigner
let bob: LocalSigner
let identity: TlsIdentity
const opened: { close(): unknown }[] = []
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const chunk = (n: number, size = 0) => Buffer.from(Streams.echo.request.encode({ n, data: new Uint8Array(size) }))
const numberOf = (bytes: Uint8Array) => Streams.many.response.decode(bytes).n
const reasonOf = ({ metadata }: { readonly metadata: { get(name: string): readonly (string | Buffer)[] } }) => {
  const [details] = metadata.get('grpc-status-details-bin')
  return details === undefined ? undefined : decodeRefusalReason(details as Buffer)
}

async function serve(
  handlers: Partial<Handlers<typeof Streams>> = {},
  options: Partial<Parameters<typeof createAxon>[0]> = {},
): Promise<{ readonly axon: Axon; readonly session: RawSession }> {
  const axon = createAxon({
    transport,
    signer: bob,
    directory: directoryOf([{ hotkey: alice.address, validatorPermit: true, stake: 5n }]),
    port: 0,
    ...(options.insecure !== true && { tls: identity }),
    replayStore: createMemoryReplayStore({ completeSinceNs: 0n }),
    ...options,
  })
  opened.push(axon)
  axon.implement(Streams, { ...streams, ...handlers })
  await axon.listen()
  return { axon, session: await connect(axon, options.insecure === true ? { pin: null } : {}) }
}

/** A connection that a test can cut, or speak into. */
async function cableTo(axon: Axon): Promise<{ readonly port: number; readonly ends: Socket[] }> {
  const ends: Socket[] = []
  const cable = createServer((socket) => {
    const onward = createConnection(axon.endpoint.port, '127.0.0.1')
    ends.push(socket, onward)
    for (const end of [socket, onward]) end.on('error', () => {})
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>((resolve) => cable.listen(0, '127.0.0.1', resolve))
  opened.push(cable)
  return { port: (cable.address() as AddressInfo).port, ends }
}

async function connect(
  axon: Axon,
  { port = axon.endpoint.port, pin = identity }: { readonly port?: number; readonly pin?: TlsIdentity | null } = {},
): Promise<RawSession> {
  const session = await openRawSession({
    signer: alice,
    server: bob.address,
    domain: { genesisHash, netuid: 1 },
    endpoint: { ...axon.endpoint, port },
    ...(pin !== null && { pin }),
  })
  opened.push(session)
  return session
}

beforeAll(async () => {
  ;[alice, bob] = (await signers('Alice', 'Bob')) as [LocalSigner, LocalSigner]
  identity = await createTlsIdentity()
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((closable) => closable.close()))
})

describe.each(['http2', 'grpc-js'] as const)('over %s', (name) => {
  beforeEach(() => {
    transport = name
  })

  describe('a stream of responses', () => {
    it('comes whole and in order', async () => {
      const { session } = await serve()
      const { messages, status: ended } = await collect(session.serverStream(Streams.many, { count: 500, size: 1_000 }))
      expect(messages.map(numberOf)).toEqual(Array.from({ length: 500 }, (_, n) => n))
      expect(ended.code).toBe(status.OK)
    })

    it('may be empty', async () => {
      const { session } = await serve()
      expect(await collect(session.serverStream(Streams.many, { count: 0, size: 0 }))).toMatchObject({
        messages: [],
        status: { code: status.OK },
      })
    })

    it('is made no faster than its caller reads', async () => {
      let made = 0
      const { session } = await serve({
        async *many({ count, size }) {
          for (; made < count; made++) yield { n: made, data: new Uint8Array(size) }
        },
      })
      const call = session.serverStream(Streams.many, { count: 400, size: 50_000 })
      const collected = collect(call)
      call.pause()
      await expect.poll(() => made).toBeGreaterThan(1)
      await wait(300)
      // 20 MB are asked for. What is on its way: the windows of HTTP/2, what the axon buffers, and the sockets' own.
      expect(made).toBeLessThan(60)
      call.resume()
      expect((await collected).messages).toHaveLength(400)
    })

    it('ends its generator when the caller cancels, at a yield and in an await', async () => {
      for (const kind of ['yield', 'await'] as const) {
        let reason: unknown
        const ended = deferred()
        const { session } = await serve({
          async *many({ size }, { signal }) {
            try {
              for (let n = 0; ; n++) {
                if (kind === 'await' && n === 3)
                  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
                yield { n, data: new Uint8Array(size) }
              }
            } finally {
              reason = signal.reason
              ended.resolve()
            }
          },
        })
        const call = session.serverStream(Streams.many, { count: 0, size: 50_000 })
        const collected = collect(call)
        if (kind === 'yield') call.pause()
        await wait(100)
        call.cancel()
        expect((await collected).status.code).toBe(status.CANCELLED)
        await ended.promise
        expect((reason as TensorKitError).code).toBe('CORE_ABORTED')
      }
    })

    it('ends at its deadline, with what came before', async () => {
      const ended = deferred()
      const { session } = await serve({
        async *many() {
          try {
            for (let n = 0; ; n++) {
              yield { n, data: none }
              await wait(20)
            }
          } finally {
            ended.resolve()
          }
        },
      })
      const { messages, status: end } = await collect(session.serverStream(Streams.many, { count: 0, size: 0 }, session.metadata(), 250))
      expect(messages.length).toBeGreaterThan(1)
      expect(end.code).toBe(status.DEADLINE_EXCEEDED)
      await ended.promise
    })

    it('that its handler breaks off ends with INTERNAL and a constant text, behind what came before', async () => {
      const { session } = await serve({
        async *many() {
          yield { n: 7, data: none }
          throw new Error('secret')
        },
      })
      const { messages, status: end } = await collect(session.serverStream(Streams.many, { count: 0, size: 0 }))
      expect(messages.map(numberOf)).toEqual([7])
      expect(end).toMatchObject({ code: status.INTERNAL, details: 'The handler failed' })
    })

    it.each([
      ['no stream', () => ({ n: 1, data: none }) as never],
      [
        'what does not fit',
        async function* () {
          yield { n: 'x' } as never
        },
      ],
      [
        'a message over the limit',
        async function* () {
          yield { n: 1, data: new Uint8Array(4_200_000) }
        },
      ],
    ] as const)('that is %s ends with INTERNAL', async (_name, many) => {
      const { session } = await serve({ many: many as Handlers<typeof Streams>['many'] })
      expect((await collect(session.serverStream(Streams.many, { count: 1, size: 0 }))).status.code).toBe(status.INTERNAL)
      expect(await session.unary(Streams.one, { count: 3, size: 0 })).toMatchObject({ status: { code: status.OK } })
    })

    it.each([
      ['messages', { maxStreamMessages: 10 }, 10],
      ['bytes', { maxStreamBytes: 10_500 }, 10],
    ] as const)('is cut at its limit of %s', async (_name, limits, expected) => {
      let isReturned = false
      const { session } = await serve(
        {
          async *many({ size }) {
            try {
              for (let n = 0; ; n++) yield { n, data: new Uint8Array(size) }
            } finally {
              isReturned = true
            }
          },
        },
        { limits },
      )
      const { messages, status: end } = await collect(session.serverStream(Streams.many, { count: 0, size: 1_000 }))
      expect([messages.length, end.code, isReturned]).toEqual([expected, status.INTERNAL, true])
    })
  })

  describe('a stream of requests', () => {
    it('is answered once', async () => {
      const { session } = await serve()
      const { call, outcome } = session.clientStream(Streams.gather)
      for (let n = 0; n < 200; n++) call.write(chunk(n, 1_000))
      call.end()
      const { body } = await outcome
      expect(numberOf(body as Buffer)).toBe(200_000)
    })

    it('is read no faster than its handler asks', async () => {
      let read = 0
      const go = deferred()
      const { session } = await serve({
        async gather(requests) {
          for await (const _ of requests) if (++read === 2) await go.promise
          return { n: read, data: none }
        },
      })
      const { call, outcome } = session.clientStream(Streams.gather)
      let written = 0
      for (let n = 0; n < 400; n++) call.write(chunk(n, 50_000), () => written++)
      call.end()
      await expect.poll(() => read).toBe(2)
      await wait(300)
      expect(read).toBe(2)
      expect(written).toBeLessThan(60)
      go.resolve()
      expect(numberOf((await outcome).body as Buffer)).toBe(400)
    })

    it('may be left unread', async () => {
      const { session } = await serve({ gather: () => ({ n: 1, data: none }) })
      const { call, outcome } = session.clientStream(Streams.gather)
      call.write(chunk(1))
      expect(numberOf((await outcome).body as Buffer)).toBe(1)
    })

    it('with a message that does not decode ends with INVALID_ARGUMENT, whatever the handler makes of it', async () => {
      let caught: unknown
      const { session } = await serve({
        async gather(requests) {
          try {
            for await (const _ of requests);
          } catch (error) {
            caught = error
          }
          return { n: 1, data: none }
        },
      })
      const { call, outcome } = session.clientStream(Streams.gather)
      call.write(chunk(1))
      call.write(Buffer.from([0x0a, 0xff]))
      expect((await outcome).error).toMatchObject({ code: status.INVALID_ARGUMENT, details: 'The request does not fit the protocol' })
      await expect.poll(() => (caught as TensorKitError | undefined)?.code).toBe('AXON_REFUSED')
    })

    it('that is cut does not look like one that ended', async () => {
      let caught: unknown
      const { axon } = await serve({
        async gather(requests) {
          try {
            for await (const _ of requests);
          } catch (error) {
            caught = error
            throw error
          }
          return { n: 1, data: none }
        },
      })
      const { port, ends } = await cableTo(axon)
      const session = await connect(axon, { port })
      const { call, outcome } = session.clientStream(Streams.gather)
      call.write(chunk(1))
      await wait(100)
      for (const socket of ends) socket.destroy()
      expect((await outcome).error?.code).toBe(status.UNAVAILABLE)
      await expect.poll(() => (caught as TensorKitError | undefined)?.code).toBe('CORE_ABORTED')
    })

    it('that is reset, as clients in other languages do it, does not look like one that ended', async () => {
      let outcome: unknown
      const { axon } = await serve(
        {
          async gather(requests) {
            try {
              for await (const _ of requests);
              outcome = 'ended'
            } catch (error) {
              outcome = (error as TensorKitError).code
            }
            return { n: 1, data: none }
          },
        },
        { insecure: true },
      )
      const { port, ends } = await cableTo(axon)
      const session = await connect(axon, { port, pin: null })
      const { call } = session.clientStream(Streams.gather)
      call.write(chunk(1))
      await wait(100)
      // RST_STREAM, CANCEL: of the second stream of the connection, behind OpenSession's.
      ends[1]?.write(Buffer.from('00000403000000000300000008', 'hex'))
      await expect.poll(() => outcome).toBe('CORE_ABORTED')
    })

    it('that is reset before its end was sent does not look like one that ended', async () => {
      let outcome: unknown
      const [go, reading] = [deferred(), deferred()]
      const { session } = await serve({
        async gather(requests) {
          try {
            for await (const _ of requests) {
              reading.resolve()
              await go.promise
            }
            outcome = 'ended'
          } catch (error) {
            outcome = (error as TensorKitError).code
          }
          return { n: 1, data: none }
        },
      })
      const { call, outcome: answer } = session.clientStream(Streams.gather)
      // More than the windows take, so that the end cannot be sent.
      for (let n = 0; n < 100; n++) call.write(chunk(n, 50_000))
      await reading.promise
      await wait(100)
      call.cancel()
      expect((await answer).error?.code).toBe(status.CANCELLED)
      await wait(50)
      go.resolve()
      await expect.poll(() => outcome).toBe('CORE_ABORTED')
    })

    it('whose caller cancels is not answered, and its handler is told', async () => {
      const told = deferred()
      let finished = 0
      const { session } = await serve({
        async gather(requests, { signal }) {
          signal.addEventListener('abort', told.resolve)
          // Node's own client sends an end before its reset, so that this loop may leave in peace.
          for await (const _ of requests);
          finished++
          await told.promise
          return { n: 1, data: none }
        },
      })
      const { call, outcome } = session.clientStream(Streams.gather)
      call.write(chunk(1))
      await wait(100)
      call.cancel()
      expect((await outcome).error?.code).toBe(status.CANCELLED)
      await told.promise
      expect(finished).toBeLessThanOrEqual(1)
      expect(await session.unary(Streams.one, { count: 3, size: 0 })).toMatchObject({ status: { code: status.OK } })
    })

    it.each([
      ['messages', { maxStreamMessages: 10 }],
      ['bytes', { maxStreamBytes: 10_500 }],
    ] as const)('is refused over its limit of %s', async (_name, limits) => {
      let read = 0
      const { session } = await serve(
        {
          async gather(requests) {
            for await (const _ of requests) read++
            return { n: read, data: none }
          },
        },
        { limits },
      )
      const { call, outcome } = session.clientStream(Streams.gather)
      for (let n = 0; n < 20; n++) call.write(chunk(n, 1_000))
      expect((await outcome).error?.code).toBe(status.RESOURCE_EXHAUSTED)
      expect(read).toBe(10)
    })
  })

  describe('a stream both ways', () => {
    it('answers each message as it comes, and goes on after that', async () => {
      const { session } = await serve()
      const call = session.bidi(Streams.echo)
      const seen: number[] = []
      const collected = collect(call)
      call.on('data', (message: Buffer) => seen.push(numberOf(message)))
      for (let n = 0; n < 20; n++) {
        call.write(chunk(n))
        await expect.poll(() => seen.length, { interval: 1 }).toBe(n + 1)
      }
      call.end()
      expect((await collected).status.code).toBe(status.OK)
      expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => n))
    })

    it('may be ended by its handler while the caller still sends', async () => {
      const { session } = await serve({
        async *echo(requests) {
          for await (const request of requests) {
            yield request
            return
          }
        },
      })
      const call = session.bidi(Streams.echo)
      const collected = collect(call)
      call.write(chunk(5))
      call.write(chunk(6))
      expect(await collected).toMatchObject({ messages: [expect.anything()], status: { code: status.OK } })
    })
  })

  describe('btauth/1', () => {
    const nextNonce = createNonceSource()
    const signed = async (path: string, body: Uint8Array) => {
      const headers = await signBtauthCall({
        signer: alice,
        receiver: bob.address,
        path,
        bodySha256: bodySha256Hex(body),
        nonce: nextNonce(),
      })
      return headers as Readonly<Record<string, string>>
    }

    it('carries streams of responses, and none of requests', async () => {
      const { session } = await serve()
      const metadata = async (path: string, body: Uint8Array) => {
        const made = session.metadata(await signed(path, body))
        made.remove('tk-session')
        return made
      }
      const request = { count: 3, size: 1 }
      const many = session.serverStream(Streams.many, request, await metadata(Streams.many.path, Streams.many.request.encode(request)))
      expect((await collect(many)).messages).toHaveLength(3)
      const { call, outcome } = session.clientStream(Streams.gather, await metadata(Streams.gather.path, none))
      call.write(chunk(1))
      const { error } = await outcome
      expect(error?.code).toBe(status.UNAUTHENTICATED)
      expect(error && reasonOf(error)).toBe('SESSION_REQUIRED')
      const { status: end } = await collect(session.bidi(Streams.echo, await metadata(Streams.echo.path, none)))
      expect([end.code, reasonOf(end)]).toEqual([status.UNAUTHENTICATED, 'SESSION_REQUIRED'])
    })
  })

  describe('shutting down', () => {
    it('lets a stream end, and refuses new calls meanwhile', async () => {
      const logger = recordingLogger()
      const { axon, session } = await serve(
        {
          async *many({ count }) {
            for (let n = 0; n < count; n++) {
              await wait(20)
              yield { n, data: none }
            }
          },
        },
        { logger },
      )
      const collected = collect(session.serverStream(Streams.many, { count: 20, size: 0 }))
      await wait(60)
      const drained = axon.drain({ timeoutMs: 5_000 })
      const { status: refused } = await session.unary(Streams.one, { count: 1, size: 0 })
      expect([refused.code, reasonOf(refused)]).toEqual([status.UNAVAILABLE, 'DRAINING'])
      const { messages, status: end } = await collected
      expect([messages.length, end.code]).toEqual([20, status.OK])
      await drained
    })

    it('cuts a stream at its deadline, and its handler hears of it', async () => {
      const ended = deferred()
      const { axon, session } = await serve({
        async *echo(requests) {
          try {
            for await (const request of requests) yield request
          } finally {
            ended.resolve()
          }
        },
      })
      const call = session.bidi(Streams.echo)
      const collected = collect(call)
      call.write(chunk(1))
      await wait(50)
      const startedMs = performance.now()
      await axon.drain({ timeoutMs: 300 })
      expect(performance.now() - startedMs).toBeLessThan(2_000)
      expect((await collected).status.code).not.toBe(status.OK)
      await ended.promise
    })
  })

  function deferred(): { promise: Promise<void>; resolve: () => void } {
    let resolve = () => {}
    const promise = new Promise<void>((done) => {
      resolve = done
    })
    return { promise, resolve }
  }
})
