import { constants } from 'node:http2'
import { afterEach, describe, expect, it } from 'vitest'
import type { ClientChannel, ClientTransport, ClientTransportOptions } from '../client-transport.js'
import { observe, unary, until } from './calls.js'
import { type InteropServer, paths, startInteropServer } from './interop-server.js'
import { frame, http2Frame, reply, startHttp2Server, startTcpServer } from './raw-servers.js'

const body = new Uint8Array(3)

/** Connections that fail, end, flood or stall. */
export function connectionCases(makeTransport: (options: ClientTransportOptions) => ClientTransport): void {
  describe('connections', () => {
    const closers: (() => void)[] = []
    afterEach(() => {
      for (const close of closers.splice(0)) close()
    })
    const open = (port: number, options: Partial<ClientTransportOptions> = {}): ClientChannel => {
      const channel = makeTransport({ maxMessageBytes: 4 * 1024 * 1024, connectTimeoutMs: 1_000, ...options }).open({
        host: '127.0.0.1',
        port,
      })
      closers.push(() => channel.close())
      return channel
    }
    const keep = <S extends { close(): void }>(server: S): S => {
      closers.push(() => server.close())
      return server
    }
    const ask = async (channel: ClientChannel, timeoutMs = 3_000) => (await unary(channel, paths.unary, body, { timeoutMs })).end

    it('nobody there: at once, unsent, and found when it is back', async () => {
      const { port, close } = await startInteropServer()
      close()
      const channel = open(port)
      expect(await channel.connect()).toMatchObject({ ok: false, end: { code: 14, fault: 'connect', wasSent: false, isLocal: true } })
      for (let i = 0; i < 3; i++) expect(await ask(channel)).toMatchObject({ code: 14, fault: 'connect', wasSent: false })
      expect(channel.connectionId).toBeUndefined()
      keep(await startInteropServer(undefined, port))
      expect(await ask(channel)).toMatchObject({ code: 0 })
      expect(channel.state).toBe('ready')
    })

    it('a connection that is lost: the call in flight, then a new one with a greater id', async () => {
      let server: InteropServer = await startInteropServer()
      const { port } = server
      const channel = open(port)
      expect(await channel.connect()).toMatchObject({ ok: true, connectionId: 1 })
      const observed = observe(channel, { path: paths.sleep, replies: 'many' })
      observed.call.send(body)
      observed.call.read()
      await until(() => server.lastMetadata() !== undefined, 'the call arrives')
      server.close()
      expect(await observed.ended).toMatchObject({ isLocal: true, wasSent: true })
      await until(() => channel.connectionId === undefined, 'the channel sees it')
      server = keep(await startInteropServer(undefined, port))
      expect(await ask(channel)).toMatchObject({ code: 0 })
      expect(channel.connectionId).toBeGreaterThan(1)
    })

    it('a call for one connection goes over no other', async () => {
      const first = await startInteropServer()
      const channel = open(first.port)
      const wrong = await unary(channel, paths.unary, body, { connectionId: 1 })
      expect(wrong.end).toMatchObject({ code: 14, fault: 'other-connection', wasSent: false })
      const outcome = await channel.connect()
      if (!outcome.ok) throw new Error('no connection')
      expect((await unary(channel, paths.unary, body, { connectionId: outcome.connectionId })).end.code).toBe(0)
      first.close()
      await until(() => channel.connectionId === undefined, 'the channel sees it')
      const second = keep(await startInteropServer(undefined, first.port))
      expect((await channel.connect()).ok).toBe(true)
      expect((await unary(channel, paths.unary, body, { connectionId: outcome.connectionId })).end).toMatchObject({
        fault: 'other-connection',
      })
      expect(second.lastMetadata()).toBeUndefined()
    })

    it.each<[string, (socket: import('node:net').Socket) => void]>([
      ['silence', () => {}],
      ['an end', (socket) => socket.destroy()],
      ['garbage', (socket) => socket.write(Buffer.alloc(100, 0xff))],
      ['HTTP/1.1', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ])('%s instead of HTTP/2', async (_name, onSocket) => {
      const { port } = keep(await startTcpServer(onSocket))
      const end = await ask(open(port, { connectTimeoutMs: 300 }), 2_000)
      expect([14, 4]).toContain(end.code)
      expect(end.isLocal).toBe(true)
    })

    it.each<[string, Buffer]>([
      ['frames of no type', http2Frame(0x4d, 0, 0, Buffer.alloc(100))],
      ['DATA on a stream that nobody opened', http2Frame(0, 0, 99, Buffer.alloc(10))],
      ['a frame over the maximum', http2Frame(0, 0, 1, Buffer.alloc(20_000))],
      ['HEADERS that do not decode', http2Frame(1, 4, 1, Buffer.alloc(50, 0xff))],
      ['a pushed stream', http2Frame(5, 4, 1, Buffer.from([0, 0, 0, 2, 0x82, 0x84, 0x86]))],
      ['a flood of PING', Buffer.concat(Array.from({ length: 20_000 }, () => http2Frame(6, 0, 0, Buffer.alloc(8))))],
      ['a flood of SETTINGS', Buffer.concat(Array.from({ length: 20_000 }, () => http2Frame(4, 0, 0)))],
      [
        'endless CONTINUATION',
        Buffer.concat([http2Frame(1, 0, 1), ...Array.from({ length: 5_000 }, () => http2Frame(9, 0, 1, Buffer.alloc(20)))]),
      ],
      ['a flood of empty DATA', Buffer.concat(Array.from({ length: 50_000 }, () => http2Frame(0, 0, 1)))],
    ])('%s', async (_name, bytes) => {
      const { port } = keep(
        await startTcpServer((socket) => {
          socket.write(http2Frame(4, 0, 0))
          let seen = 0
          socket.on('data', (data) => {
            seen += data.length
            // After preface, settings and the request.
            if (seen > 150) socket.write(bytes)
          })
        }),
      )
      const channel = open(port)
      const end = await ask(channel, 1_500)
      expect(end.code).not.toBe(0)
      expect(end.isLocal).toBe(true)
      expect(channel.callsInFlight).toBe(0)
    })

    it('GOAWAY: calls in flight end well, new ones take a new connection', async () => {
      const held: (() => void)[] = []
      const server = keep(
        await startHttp2Server((stream, _headers, n) => {
          if (n === 1) held.push(() => reply(stream, frame(Buffer.from('late'))))
          else reply(stream, frame(Buffer.from('new')))
        }),
      )
      const channel = open(server.port)
      const first = unary(channel, '/t.S/M', body)
      await until(() => held.length === 1, 'the first call arrives')
      const before = channel.connectionId as number
      server.sessions[0]?.close()
      await until(() => channel.connectionId !== before, 'GOAWAY arrives')
      const second = await unary(channel, '/t.S/M', body)
      expect(second.end).toMatchObject({ code: 0, connectionId: before + 1 })
      held[0]?.()
      expect((await first).end).toMatchObject({ code: 0, connectionId: before })
      expect(server.sessions).toHaveLength(2)
    })

    it('GOAWAY with an error breaks what is in flight, and no more', async () => {
      const server = keep(
        await startHttp2Server((stream, _headers, n) => {
          if (n === 1) stream.session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM)
          else reply(stream, frame(body))
        }),
      )
      const channel = open(server.port)
      expect(await ask(channel)).toMatchObject({ isLocal: true })
      expect(await ask(channel)).toMatchObject({ code: 0 })
    })

    it('keeps to the peer’s concurrent streams, and loses no call', async () => {
      let [now, most] = [0, 0]
      const server = keep(
        await startHttp2Server(
          (stream) => {
            most = Math.max(most, ++now)
            setTimeout(() => {
              now--
              reply(stream, frame(body))
            }, 10)
          },
          { maxConcurrentStreams: 3 },
        ),
      )
      const channel = open(server.port)
      const ends = await Promise.all(Array.from({ length: 20 }, () => ask(channel)))
      expect(ends.map(({ code }) => code)).toEqual(Array.from({ length: 20 }, () => 0))
      expect(most).toBeLessThanOrEqual(3)
    })

    it('a peer that allows no stream', async () => {
      const server = keep(await startHttp2Server(() => {}, { maxConcurrentStreams: 0 }))
      expect(await ask(open(server.port), 200)).toMatchObject({ code: 4, fault: 'deadline' })
      expect(server.streams).toHaveLength(0)
    })

    it('an endless stream that nobody reads fills no memory', async () => {
      const server = keep(await startInteropServer())
      const channel = open(server.port)
      const observed = observe(channel, { path: paths.serverStream, replies: 'many' })
      observed.call.sendLast(Buffer.from('{"endless":16384}'))
      observed.call.read()
      await observed.waitFor(1)
      await new Promise((resolve) => setTimeout(resolve, 300))
      const stalledBytes = server.endlessBytes()
      await new Promise((resolve) => setTimeout(resolve, 300))
      // The server cannot write on: what it wrote is in its own buffers and in one window.
      expect(server.endlessBytes()).toBe(stalledBytes)
      expect(stalledBytes).toBeLessThan(12 * 1024 * 1024)
      expect(observed.messages).toHaveLength(1)
      // Other calls of the connection go on.
      expect(await ask(channel)).toMatchObject({ code: 0 })
      // The control: who reads gets more than any window.
      const wanted = 3_000
      for (let n = 0; n < wanted; n++) observed.call.read()
      await observed.waitFor(wanted)
      observed.call.cancel()
      expect(await observed.ended).toMatchObject({ code: 1 })
      await until(() => server.cancelled() > 0, 'the server stops')
    })

    it('a peer that reads nothing: the sender is told to wait, and can give up', async () => {
      const server = keep(await startHttp2Server((stream) => stream.pause()))
      const observed = observe(open(server.port), { path: '/t.S/M' })
      const chunk = new Uint8Array(64 * 1024)
      let sent = 0
      while (sent < 200) {
        sent++
        if (observed.call.send(chunk)) continue
        const drained = await Promise.race([
          observed.drained().then(() => true),
          new Promise<false>((resolve) => setTimeout(resolve, 300, false)),
        ])
        if (!drained) break
      }
      expect(sent).toBeLessThan(100)
      observed.call.cancel()
      expect(await observed.ended).toMatchObject({ code: 1, fault: 'cancelled' })
    })

    it('a sender that waits for room sends everything', async () => {
      const server = keep(await startInteropServer())
      const observed = observe(open(server.port), { path: paths.clientStream })
      const chunk = new Uint8Array(100_000)
      for (let n = 0; n < 100; n++) if (!observed.call.send(chunk)) await observed.drained()
      observed.call.endSending()
      expect((await observed.ended).code).toBe(0)
      expect(Buffer.from(observed.messages[0] ?? []).toString()).toBe('100 10000000')
    })

    it('connect can be given up, and gives up by itself', async () => {
      const { port } = keep(await startTcpServer(() => {}))
      const channel = open(port, { connectTimeoutMs: 5_000 })
      const startedMs = performance.now()
      const aborted = await channel.connect({ signal: AbortSignal.timeout(50) })
      expect(aborted).toMatchObject({ ok: false, end: { code: 1, fault: 'cancelled', wasSent: false } })
      expect(await channel.connect({ timeoutMs: 50 })).toMatchObject({ ok: false, end: { code: 14, fault: 'connect' } })
      expect(performance.now() - startedMs).toBeLessThan(3_000)
    })

    it('a closed channel ends its calls and takes no more', async () => {
      const server = keep(await startInteropServer())
      const channel = open(server.port)
      await channel.connect()
      const observed = observe(channel, { path: paths.sleep, replies: 'many' })
      observed.call.send(body)
      channel.close()
      channel.close()
      expect(await observed.ended).toMatchObject({ code: 14, fault: 'closed' })
      expect(channel.state).toBe('closed')
      expect(await ask(channel)).toMatchObject({ fault: 'closed', wasSent: false })
      expect(await channel.connect()).toMatchObject({ ok: false, end: { fault: 'closed' } })
      // After the end every method does nothing.
      expect(observed.call.send(body)).toBe(false)
      observed.call.read()
      observed.call.endSending()
      observed.call.cancel()
    })

    it.each([
      ['a path without a slash', { path: 'x' }],
      ['a path with a line feed', { path: '/a\nb' }],
      ['a name in capitals', { headers: { 'X-A': 'b' } }],
      ['a name that gRPC keeps', { headers: { 'grpc-timeout': '1m' } }],
      ['a pseudo-header', { headers: { ':authority': 'x' } }],
      ['a value with a line feed', { headers: { a: 'b\nc' } }],
      ['bytes under a name for text', { headers: { a: new Uint8Array(1) } }],
      ['text under a name for bytes', { headers: { 'a-bin': 'x' } }],
      ['no time', { timeoutMs: 0 }],
    ])('%s is refused before anything is sent', async (_name, options) => {
      const channel = open(1)
      expect(() => channel.start({ path: '/t.S/M', timeoutMs: 100, replies: 'one', ...options }, { onMessage() {}, onEnd() {} })).toThrow(
        expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }),
      )
      expect(channel.state).toBe('idle')
    })
  })
}
