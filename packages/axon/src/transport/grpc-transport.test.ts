import { deflateSync, gzipSync } from 'node:zlib'
import { noMetrics, silentLogger, systemClock, type TensorKitError } from '@tensorkit/core'
import { afterEach, describe, expect, it } from 'vitest'
import type { AxonLimits } from '../limits.js'
import { refusals } from '../refusal.js'
import { RefusalLog } from '../refusal-log.js'
import { resolveLimits } from '../resolve-limits.js'
import { createGrpcTransport, type GrpcTransportName } from './grpc-transport.js'
import { headerValues } from './header-values.js'
import type { CallHandler, IncomingCall } from './incoming-call.js'
import type { GrpcTransport } from './server-transport.js'
import { framed, RawClient, replyOf } from './test/raw-client.js'

const path = '/test.v1.Test/Call'
const text = (value: string) => Buffer.from(value)

const opened: { readonly transport: GrpcTransport; readonly client: RawClient }[] = []
afterEach(async () => {
  for (const { transport, client } of opened.splice(0)) {
    client.close()
    await transport.shutdown(0)
  }
})

async function serve(name: GrpcTransportName, handler: CallHandler, limits: Partial<AxonLimits> = {}): Promise<RawClient> {
  const transport = createGrpcTransport(name, {
    limits: resolveLimits(limits),
    clock: systemClock,
    refusalLog: new RefusalLog({ logger: silentLogger, clock: systemClock }),
    metrics: noMetrics,
    isProxy: () => false,
  })
  expect(transport.handle(path, handler)).toBe(true)
  expect(transport.handle(path, handler)).toBe(false)
  const client = new RawClient(await transport.listen({ host: '127.0.0.1', port: 0 }))
  opened.push({ transport, client })
  return client
}

/** Answers each message with itself, and ends when the caller does; a refusal ends it. */
const echo: CallHandler = (call) => {
  void (async () => {
    for (;;) {
      const message = await call.readMessage()
      if (message === undefined) {
        call.finish()
        return
      }
      if (!(message instanceof Uint8Array)) {
        call.refuse(message)
        return
      }
      await call.sendMessage(message)
    }
  })()
}

/** Hands the next call over. */
function nextCall(): { readonly handler: CallHandler; readonly call: Promise<IncomingCall> } {
  let take: (call: IncomingCall) => void = () => {}
  const call = new Promise<IncomingCall>((resolve) => {
    take = resolve
  })
  return { call, handler: (incoming) => take(incoming) }
}

const over = (call: IncomingCall) => new Promise<void>((resolve) => call.onOver(resolve))

describe.each(['http2', 'grpc-js'] as const)('the %s server', (name) => {
  it('echoes messages, whatever frames they come in', async () => {
    const client = await serve(name, echo)
    const bytes = Buffer.concat([framed(text('one')), framed(new Uint8Array()), framed(new Uint8Array(100_000).fill(7))])
    const whole = await client.call(path, bytes)
    const stream = client.open(path)
    const reply = replyOf(stream)
    for (const cut of [1, 4, 5, 6, 8, 12, 13, 14, 70_000]) stream.write(bytes.subarray(cutBefore(cut), cut))
    stream.end(bytes.subarray(70_000))
    for (const { headers, status, messages } of [whole, await reply]) {
      expect(headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc+proto' })
      expect(status).toBe('0')
      expect(messages.map(({ length }) => length)).toEqual([3, 0, 100_000])
      expect(messages[2]?.every((byte) => byte === 7)).toBe(true)
    }
  })

  it('knows no other path, and says so in gRPC', async () => {
    const client = await serve(name, echo)
    const { headers, messages, status } = await client.call('/test.v1.Test/Other', framed(text('x')))
    expect([headers[':status'], status, messages]).toEqual([200, '12', []])
  })

  it('answers what is no gRPC in HTTP', async () => {
    const client = await serve(name, echo)
    const { headers, status } = await client.call(path, text('{}'), { 'content-type': 'application/json' })
    expect([headers[':status'], status]).toEqual([415, undefined])
    expect((await client.call(path, framed(text('still there')))).status).toBe('0')
  })

  it('takes metadata: text, and binary values apart', async () => {
    const { handler, call } = nextCall()
    const client = await serve(name, handler)
    const values = [Buffer.from([0, 255, 1]), Buffer.from('ab')].map((value) => value.toString('base64'))
    void client.call(path, framed(text('x')), { 'x-text': 'a b', 'x-values-bin': values, 'x-bare-bin': 'YQ' })
    const { headers, ...rest } = await call
    expect(headerValues(headers, 'x-text')).toEqual(['a b'])
    expect(headerValues(headers, 'x-values-bin').map((value) => Buffer.from(value as Uint8Array))).toEqual([
      Buffer.from([0, 255, 1]),
      Buffer.from('ab'),
    ])
    expect(headerValues(headers, 'x-bare-bin').map((value) => Buffer.from(value as Uint8Array))).toEqual([Buffer.from('a')])
    expect(headerValues(headers, 'x-none')).toEqual([])
    expect(rest).toBeDefined()
  })

  it('sends trailers with the status, text and binary', async () => {
    const client = await serve(name, (call) => {
      void call.sendMessage(text('reply'))
      call.finish({ 'x-text': 'yes', 'x-bytes-bin': new Uint8Array([0, 255]) })
    })
    const { messages, status, trailers } = await client.call(path, framed(text('x')))
    expect([messages.map(String), status]).toEqual([['reply'], '0'])
    expect(trailers).toMatchObject({ 'x-text': 'yes', 'x-bytes-bin': 'AP8=' })
  })

  it('refuses before it read anything, and behind messages', async () => {
    const early = await serve(name, (call) => call.refuse(refusals.hotkeyRate))
    const refused = await early.call(path, framed(new Uint8Array(200_000)))
    expect(refused.headers).toMatchObject({
      'grpc-status': '8',
      'grpc-retry-pushback-ms': '1000',
      'grpc-message': 'The%20call%20was%20not%20admitted',
    })
    expect(refused.headers['grpc-status-details-bin']).toBeTypeOf('string')
    const late = await serve(name, (call) => {
      void call.sendMessage(text('first'))
      call.refuse(refusals.handlerFailed)
    })
    const { messages, trailers } = await late.call(path, framed(text('x')))
    expect(messages.map(String)).toEqual(['first'])
    expect(trailers).toMatchObject({ 'grpc-status': '13' })
  })

  it.each([
    ['identity', (bytes: Buffer) => bytes, 0],
    ['gzip', gzipSync, 1],
    ['deflate', deflateSync, 1],
    // Of one message that is not, though others may be.
    ['gzip', (bytes: Buffer) => bytes, 0],
  ] as const)('reads messages of the encoding %s', async (encoding, pack, flag) => {
    const client = await serve(name, echo)
    const { messages, status } = await client.call(path, framed(pack(Buffer.alloc(50_000, 'abc')), flag), { 'grpc-encoding': encoding })
    expect([status, messages.map(({ length }) => length)]).toEqual(['0', [50_000]])
  })

  it('refuses an encoding that it does not know, and names those it does', async () => {
    const client = await serve(name, echo)
    const { headers, trailers, status } = await client.call(path, framed(gzipSync(text('x')), 1), { 'grpc-encoding': 'zstd' })
    expect(status).toBe('12')
    if (name === 'http2') expect({ ...headers, ...trailers }['grpc-accept-encoding']).toBe('identity,gzip,deflate')
  })

  it.each([
    ['larger than the limit', framed(new Uint8Array(2_000)), {}, '8'],
    ['that inflates beyond the limit', framed(gzipSync(Buffer.alloc(2_000)), 1), { 'grpc-encoding': 'gzip' }, '8'],
    ['that only says that it is large', Buffer.from([0, 255, 255, 255, 255]), {}, '8'],
    ['that is no gzip', framed(text('no gzip'), 1), { 'grpc-encoding': 'gzip' }, '13'],
  ])('refuses a message %s', async (_, body, headers, expected) => {
    const client = await serve(name, echo, { maxMessageBytes: 1_000 })
    expect((await client.call(path, body, headers)).status).toBe(expected)
    expect((await client.call(path, framed(new Uint8Array(1_000)))).status).toBe('0')
  })

  it('ends a call at its deadline, and says so on both sides', async () => {
    const { handler, call } = nextCall()
    const client = await serve(name, handler)
    const startedMs = performance.now()
    const reply = client.call(path, framed(text('x')), { 'grpc-timeout': '200m' })
    const incoming = await call
    expect(incoming.deadlineMs - Date.now()).toBeLessThanOrEqual(200)
    expect((await reply).status).toBe('4')
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(195)
    expect([incoming.isOver, incoming.signal.aborted]).toEqual([true, true])
    expect((incoming.signal.reason as TensorKitError).code).toBe('CORE_TIMEOUT')
    expect(await incoming.readMessage()).toBeUndefined()
    await incoming.sendMessage(text('too late'))
  })

  it.each(['100u', '1n', '0m'])('knows the time-out %s', async (timeout) => {
    const client = await serve(name, () => {})
    expect((await client.call(path, framed(text('x')), { 'grpc-timeout': timeout })).status).toBe('4')
  })

  it('gives a call without a deadline one, and no call more than the axon gives', async () => {
    const client = await serve(name, () => {}, { defaultDeadlineMs: 150, maxDeadlineMs: 150 })
    const replies = [client.call(path, framed(text('x'))), client.call(path, framed(text('x')), { 'grpc-timeout': '99999999H' })]
    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual(['4', '4'])
  })

  it('refuses what is no time-out', async () => {
    const client = await serve(name, echo)
    expect((await client.call(path, framed(text('x')), { 'grpc-timeout': 'soon' })).status).toBe('13')
  })

  it('hears of a caller that cancels, and of one that is gone', async () => {
    for (const leave of ['cancel', 'go'] as const) {
      const { handler, call } = nextCall()
      const client = await serve(name, handler)
      const stream = client.open(path)
      stream.write(framed(text('x')))
      const incoming = await call
      expect((await incoming.readMessage()) as Uint8Array).toHaveLength(1)
      const read = incoming.readMessage()
      if (leave === 'cancel') stream.close(8)
      else client.close()
      await over(incoming)
      expect(await read).toBeUndefined()
      expect((incoming.signal.reason as TensorKitError).code).toBe('CORE_ABORTED')
    }
  })

  it('reads no faster than it is asked to', async () => {
    const { handler, call } = nextCall()
    const client = await serve(name, handler)
    const stream = client.open(path)
    const total = 64
    for (let i = 0; i < total; i++) stream.write(framed(new Uint8Array(64 * 1024)))
    const incoming = await call
    for (let i = 0; i < 4; i++) expect(await incoming.readMessage()).toHaveLength(64 * 1024)
    // Another call goes to and fro: whatever would be taken has been.
    for (let i = 0; i < 4; i++) await new Promise<void>((resolve) => client.session.ping(() => resolve()))
    expect(stream.writableLength + (stream.session?.state.outboundQueueSize ?? 0)).toBeGreaterThan((total - 12) * 64 * 1024)
    for (let i = 4; i < total; i++) expect(await incoming.readMessage()).toHaveLength(64 * 1024)
    incoming.finish()
  })

  it('sends no faster than its caller takes, and hears when that goes on', async () => {
    const { handler, call } = nextCall()
    const client = await serve(name, handler)
    const stream = client.open(path)
    stream.end(framed(text('x')))
    const incoming = await call
    let sent = 0
    const sending = (async () => {
      for (; sent < 40; sent++) await incoming.sendMessage(new Uint8Array(32 * 1024))
      incoming.finish()
    })()
    while (incoming.isUnsent !== true) await new Promise((resolve) => setTimeout(resolve, 2))
    for (let i = 0; i < 4; i++) await new Promise<void>((resolve) => client.session.ping(() => resolve()))
    expect(sent).toBeLessThan(12)
    const { messages, status } = await replyOf(stream)
    await sending
    expect([messages.length, status]).toEqual([40, '0'])
    await new Promise<void>((resolve) => incoming.onSent?.(resolve))
  })

  it('cuts what is left after the grace', async () => {
    const { handler, call } = nextCall()
    const client = await serve(name, handler)
    void client.call(path, framed(text('x')))
    const incoming = await call
    await opened[0]?.transport.shutdown(50)
    await Promise.all([over(incoming), client.closed])
    expect(incoming.isOver).toBe(true)
  })

  it('sends all of a reply that was finished just before it shut down', async () => {
    let shut: Promise<void> | undefined
    const client = await serve(name, (call) => {
      void call.sendMessage(new Uint8Array(60_000))
      call.finish()
      shut = opened[0]?.transport.shutdown(10_000)
    })
    const { messages, status } = await client.call(path, framed(text('x')))
    expect([messages.map(({ length }) => length), status]).toEqual([[60_000], '0'])
    await Promise.all([shut, client.closed])
  })

  it('closes a connection that is idle, but none with a call', async () => {
    const { handler, call } = nextCall()
    const client = await serve(name, handler, { idleConnectionMs: 1_000 })
    const reply = client.call(path, framed(text('x')))
    const incoming = await call
    await new Promise((resolve) => setTimeout(resolve, 1_600))
    void incoming.sendMessage(text('late'))
    incoming.finish()
    expect((await reply).status).toBe('0')
    await client.closed
  })

  it('closes a connection that is old, once its calls are over', async () => {
    const { handler, call } = nextCall()
    const client = await serve(name, handler, { maxConnectionAgeMs: 1_000 })
    const goaway = new Promise<void>((resolve) => client.session.once('goaway', () => resolve()))
    const reply = client.call(path, framed(text('x')))
    const incoming = await call
    await goaway
    incoming.finish()
    expect((await reply).status).toBe('0')
    await client.closed
  })
})

describe('the http2 server alone', () => {
  it('lets calls in flight end when it shuts down, and takes no new ones', async () => {
    const { handler, call } = nextCall()
    const client = await serve('http2', handler)
    const reply = client.call(path, framed(text('x')))
    const incoming = await call
    const goaway = new Promise<void>((resolve) => client.session.once('goaway', () => resolve()))
    const shut = opened[0]?.transport.shutdown(10_000)
    await goaway
    void incoming.sendMessage(text('the last'))
    incoming.finish()
    const { messages, status } = await reply
    expect([messages.map(String), status]).toEqual([['the last'], '0'])
    await Promise.all([shut, client.closed])
  })

  it('takes POST only', async () => {
    const client = await serve('http2', echo)
    for (const method of ['GET', 'HEAD', 'PUT']) {
      const stream = client.open(path, { ':method': method })
      const reply = replyOf(stream)
      stream.end()
      expect((await reply).headers).toMatchObject({ ':status': 405, allow: 'POST' })
    }
  })

  it.each([
    ['application/grpc+proto', 200],
    ['application/grpc;charset=utf-8', 200],
    ['application/grpc+json', 415],
    ['application/grpc-web', 415],
    ['application/grpcx', 415],
  ])('answers %s with %d', async (type, status) => {
    const client = await serve('http2', echo)
    expect((await client.call(path, framed(text('x')), { 'content-type': type })).headers[':status']).toBe(status)
  })

  const only: CallHandler = (call) =>
    call.readOnly?.((message) => {
      if (message === undefined) return
      if (!(message instanceof Uint8Array)) call.refuse(message)
      else {
        void call.sendMessage(message)
        call.finish()
      }
    })

  it.each([
    ['one message', framed(text('one')), '0'],
    ['none', new Uint8Array(), '3'],
    ['two', Buffer.concat([framed(text('a')), framed(text('b'))]), '3'],
    ['one, and the beginning of another', Buffer.concat([framed(text('a')), Buffer.from([0])]), '3'],
    ['half of one', framed(text('abc')).subarray(0, 6), '13'],
    ['half of a prefix', framed(text('abc')).subarray(0, 3), '13'],
    ['another flag', framed(text('abc'), 2), '13'],
    ['a compressed one that was not announced', framed(gzipSync(text('abc')), 1), '13'],
  ])('reads a request of exactly one message: %s', async (_, body, expected) => {
    const client = await serve('http2', only)
    const { messages, status } = await client.call(path, body)
    expect(status).toBe(expected)
    expect(messages.map(String)).toEqual(expected === '0' ? ['one'] : [])
  })

  it('reads one compressed message of a request, and no second', async () => {
    const client = await serve('http2', only)
    const packed = framed(gzipSync(text('packed')), 1)
    expect((await client.call(path, packed, { 'grpc-encoding': 'gzip' })).messages.map(String)).toEqual(['packed'])
    expect((await client.call(path, Buffer.concat([packed, packed]), { 'grpc-encoding': 'gzip' })).status).toBe('3')
  })

  it('aligns messages for the tensors in them: at 5 modulo 8', async () => {
    const offsets: number[] = []
    const client = await serve('http2', (call) =>
      call.readOnly?.((message) => {
        offsets.push((message as Uint8Array).byteOffset % 8)
        call.finish()
      }),
    )
    for (const size of [1, 100, 5_000, 300_000]) await client.call(path, framed(new Uint8Array(size)))
    await client.call(path, framed(gzipSync(Buffer.alloc(1_000)), 1), { 'grpc-encoding': 'gzip' })
    expect(offsets).toEqual([5, 5, 5, 5, 5])
  })

  it('resets an upload that nobody will read, without an error, once it said why', async () => {
    const { handler, call } = nextCall()
    const client = await serve('http2', handler)
    const stream = client.open(path)
    const reply = replyOf(stream)
    stream.write(framed(text('first')))
    const incoming = await call
    await incoming.readMessage()
    void incoming.sendMessage(text('enough'))
    incoming.refuse(refusals.hotkeyRate)
    const { messages, rstCode, status } = await reply
    expect([messages.map(String), rstCode, status]).toEqual([['enough'], 0, '8'])
  })

  it('lets a caller that proved itself send more ahead', async () => {
    const { handler, call } = nextCall()
    const client = await serve('http2', handler)
    const widened = new Promise<number | undefined>((resolve) => {
      client.session.on('remoteSettings', ({ initialWindowSize = 0 }) => {
        if (initialWindowSize > 65_535) resolve(initialWindowSize)
      })
    })
    void client.call(path, framed(text('x')))
    ;(await call).connection?.markProved()
    expect(await widened).toBe(256 * 1024)
  })
})

const cuts = [0, 1, 4, 5, 6, 8, 12, 13, 14, 70_000]
const cutBefore = (cut: number) => cuts[cuts.indexOf(cut) - 1] as number
