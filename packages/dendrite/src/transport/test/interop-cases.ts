import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ClientChannel, ClientTransport, ClientTransportOptions, TlsPin } from '../client-transport.js'
import { observe, unary, until } from './calls.js'
import { paths, startInteropServer } from './interop-server.js'

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes)
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** What the cases ask of a server. */
export interface InteropPeer {
  readonly port: number
  readonly pin?: TlsPin
  /** Calls that the client cancelled or left. */
  cancelled(): number
  close(): void
}

/** gRPC's interop cases (grpc/doc/interop-test-descriptions.md); against a plain grpc-js server if no other is given. */
export function interopCases(
  makeTransport: (options: ClientTransportOptions) => ClientTransport,
  start: () => Promise<InteropPeer> = startInteropServer,
): void {
  describe('gRPC interop cases', () => {
    let server: InteropPeer
    const { name } = makeTransport({ maxMessageBytes: 1 })
    const channels: ClientChannel[] = []
    const open = (options: Partial<ClientTransportOptions> = {}) => {
      const channel = makeTransport({ maxMessageBytes: 8 * 1024 * 1024, ...options }).open({
        host: '127.0.0.1',
        port: server.port,
        pin: server.pin,
      })
      channels.push(channel)
      return channel
    }
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.close())
    afterEach(() => {
      for (const channel of channels.splice(0)) {
        expect(channel.callsInFlight).toBe(0)
        channel.close()
      }
    })

    it('empty_unary', async () => {
      const { end, reply } = await unary(open(), paths.unary, new Uint8Array())
      expect(end).toMatchObject({ code: 0, isLocal: false, fault: undefined, wasSent: true, connectionId: 1 })
      expect(reply).toHaveLength(0)
      expect(end.firstByteMs).toBeGreaterThanOrEqual(end.sentMs ?? Number.POSITIVE_INFINITY)
    })

    it.each(['none', 'gzip'] as const)('large_unary, compression %s', async (compression) => {
      const body = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251)
      const { end, reply } = await unary(open(compression === 'gzip' ? { compression } : {}), paths.unary, body)
      expect(end.code).toBe(0)
      expect(Buffer.compare(reply ?? new Uint8Array(), body)).toBe(0)
    })

    it('aligns a message that came in several frames', async () => {
      const channel = open()
      const body = new Uint8Array(300_000)
      const { reply } = await unary(channel, paths.unary, body)
      // What grpc-js decompressed starts at 0.
      expect(name === 'grpc-js' ? [0, 5] : [5]).toContain((reply?.byteOffset ?? 0) % 8)
    })

    it('client_streaming', async () => {
      const observed = observe(open(), { path: paths.clientStream })
      for (const size of [27_182, 8, 1_828, 45_904]) observed.call.send(new Uint8Array(size))
      observed.call.endSending()
      expect((await observed.ended).code).toBe(0)
      expect(text(observed.messages[0])).toBe('4 74922')
    })

    it('server_streaming, one message for each read', async () => {
      const observed = observe(open(), { path: paths.serverStream, replies: 'many' })
      observed.call.sendLast(json([31_415, 9, 2_653, 58_979]))
      for (let n = 1; n <= 4; n++) {
        observed.call.read()
        await observed.waitFor(n)
        await new Promise((resolve) => setTimeout(resolve, 10))
        expect(observed.messages).toHaveLength(n)
      }
      observed.call.read()
      expect((await observed.ended).code).toBe(0)
      expect(observed.messages.map(({ length }) => length)).toEqual([31_415, 9, 2_653, 58_979])
    })

    it('server_streaming, all asked for at once', async () => {
      const observed = observe(open(), { path: paths.serverStream, replies: 'many' })
      for (let n = 0; n < 20; n++) observed.call.read()
      observed.call.sendLast(json(Array.from({ length: 12 }, (_, i) => i * 1_000)))
      expect((await observed.ended).code).toBe(0)
      expect(observed.messages.map(({ length }) => length)).toEqual(Array.from({ length: 12 }, (_, i) => i * 1_000))
      expect(observed.messages.every((message, i) => message.every((byte) => byte === i))).toBe(true)
    })

    it('an OK stream ends without being read further', async () => {
      const observed = observe(open(), { path: paths.serverStream, replies: 'many' })
      observed.call.sendLast(json([]))
      expect(await observed.ended).toMatchObject({ code: 0 })
    })

    it('ping_pong', async () => {
      const observed = observe(open(), { path: paths.bidi, replies: 'many' })
      const sizes = [31_415, 9, 2_653, 58_979]
      for (const [n, size] of sizes.entries()) {
        observed.call.read()
        observed.call.send(new Uint8Array(size))
        await observed.waitFor(n + 1)
      }
      observed.call.endSending()
      observed.call.read()
      expect((await observed.ended).code).toBe(0)
      expect(observed.messages.map(({ length }) => length)).toEqual(sizes)
    })

    it('empty_stream', async () => {
      const observed = observe(open(), { path: paths.bidi, replies: 'many' })
      observed.call.endSending()
      observed.call.read()
      expect(await observed.ended).toMatchObject({ code: 0 })
      expect(observed.messages).toEqual([])
    })

    it('cancel_after_begin', async () => {
      const before = server.cancelled()
      const channel = open()
      await channel.connect()
      const observed = observe(channel, { path: paths.clientStream })
      observed.call.send(new Uint8Array(10))
      await new Promise((resolve) => setTimeout(resolve, 50))
      observed.call.cancel()
      expect(await observed.ended).toMatchObject({ code: 1, isLocal: true, fault: 'cancelled', wasSent: true })
      await until(() => server.cancelled() > before, 'the server sees the cancellation')
    })

    it('cancel_after_first_response', async () => {
      const before = server.cancelled()
      const observed = observe(open(), { path: paths.bidi, replies: 'many' })
      observed.call.read()
      observed.call.send(new Uint8Array(31_415))
      await observed.waitFor(1)
      observed.call.cancel()
      expect(await observed.ended).toMatchObject({ code: 1, fault: 'cancelled' })
      await until(() => server.cancelled() > before, 'the server sees the cancellation')
    })

    it('a call cancelled at once was not sent', async () => {
      const observed = observe(open(), { path: paths.unary })
      observed.call.sendLast(new Uint8Array(3))
      observed.call.cancel()
      expect(await observed.ended).toMatchObject({ code: 1, fault: 'cancelled', wasSent: false })
    })

    it('timeout_on_sleeping_server', async () => {
      const channel = open()
      await channel.connect()
      const startedMs = performance.now()
      const observed = observe(channel, { path: paths.sleep, replies: 'many', timeoutMs: 100 })
      observed.call.send(new Uint8Array(27_182))
      observed.call.read()
      const end = await observed.ended
      expect(end.code).toBe(4)
      const tookMs = performance.now() - startedMs
      expect(tookMs).toBeGreaterThan(90)
      expect(tookMs).toBeLessThan(2_000)
    })

    it('status_code_and_message', async () => {
      const { end } = await unary(open(), paths.unary, Buffer.from('\xee\x02test status message', 'latin1'))
      expect(end).toMatchObject({ code: 2, details: 'test status message', isLocal: false, fault: undefined, wasSent: true })
      const observed = observe(open(), { path: paths.bidi, replies: 'many' })
      observed.call.read()
      observed.call.send(Buffer.from('\xee\x02test status message', 'latin1'))
      expect(await observed.ended).toMatchObject({ code: 2, details: 'test status message', isLocal: false })
    })

    it('special_status_message', async () => {
      const message = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n'
      const { end } = await unary(open(), paths.unary, Buffer.concat([Buffer.from([0xee, 2]), Buffer.from(message)]))
      expect(end).toMatchObject({ code: 2, details: message })
    })

    it.each([0, 1, 2, 3, 20])('custom_metadata, %i bytes', async (length) => {
      const channel = open()
      const binary = Uint8Array.from({ length }, (_, i) => 0xff - i)
      const headers = { 'x-grpc-test-echo-initial': 'test_initial_metadata_value', 'x-grpc-test-echo-trailing-bin': binary }
      const { end, observed } = await unary(channel, paths.unary, new Uint8Array(5), { headers })
      expect(end.code).toBe(0)
      expect(observed.headers()?.text('x-grpc-test-echo-initial')).toBe('test_initial_metadata_value')
      expect(new Uint8Array(end.trailers.bytes('x-grpc-test-echo-trailing-bin') ?? [99])).toEqual(binary)
      expect(end.trailers.text('absent')).toBeUndefined()
      expect(end.trailers.bytes('absent-bin')).toBeUndefined()
      const failed = await unary(channel, paths.unary, Buffer.from('\xee\x07no', 'latin1'), { headers })
      expect(failed.end.code).toBe(7)
      expect(new Uint8Array(failed.end.trailers.bytes('x-grpc-test-echo-trailing-bin') ?? [99])).toEqual(binary)
    })

    it('unimplemented_method', async () => {
      const { end } = await unary(open(), paths.unimplemented, new Uint8Array())
      expect(end).toMatchObject({ code: 12, isLocal: false })
    })

    it('a hundred calls at once over one connection', async () => {
      const channel = open()
      const ends = await Promise.all(
        Array.from({ length: 100 }, async (_, i) => {
          const { end, reply } = await unary(channel, paths.unary, Uint8Array.of(i))
          expect(reply).toEqual(Buffer.of(i))
          return end
        }),
      )
      expect(ends.every(({ code, connectionId }) => code === 0 && connectionId === 1)).toBe(true)
    })
  })
}
