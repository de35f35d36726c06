import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { deflateSync, gzipSync } from 'node:zlib'
import { encodeRefusalStatus } from '@tensorkit/core'
import { afterEach, describe, expect, it } from 'vitest'
import type { CallEnd, ClientTransport, ClientTransportOptions, StartCallOptions } from '../client-transport.js'
import { unary } from './calls.js'
import { frame, http2Frame, reply, startHttp2Server, startTcpServer } from './raw-servers.js'

const ok = frame(Buffer.from('hello'))
const head = { ':status': 200, 'content-type': 'application/grpc' }
const respondWith = (stream: ServerHttp2Stream, body: string | Uint8Array, headers: OutgoingHttpHeaders = head) => {
  stream.respond(headers)
  stream.write(body)
}
type Answer = (stream: ServerHttp2Stream) => void

/** Replies of peers that break gRPC, each told by a status. */
export function hostileReplies(makeTransport: (options: ClientTransportOptions) => ClientTransport, isStrict: boolean): void {
  describe('replies of a peer that breaks the rules', () => {
    const closers: (() => void)[] = []
    afterEach(() => {
      for (const close of closers.splice(0)) close()
    })
    const ask = async (answer: Answer, options: Partial<StartCallOptions> = {}): Promise<{ end: CallEnd; text: string | undefined }> => {
      const server = await startHttp2Server(answer)
      const channel = makeTransport({ maxMessageBytes: 64 * 1024 }).open({ host: '127.0.0.1', port: server.port })
      closers.push(() => {
        channel.close()
        server.close()
      })
      const { end, reply: got } = await unary(channel, '/t.S/M', new Uint8Array(3), { timeoutMs: 3_000, ...options })
      expect(channel.callsInFlight).toBe(0)
      return { end, text: got === undefined ? undefined : Buffer.from(got).toString() }
    }

    /** Frames to the first request. */
    const askRaw = async (bytes: Uint8Array) => {
      const server = await startTcpServer((socket) => {
        socket.write(http2Frame(4, 0, 0))
        let seen = 0
        socket.on('data', (data) => {
          const before = seen
          seen += data.length
          // After preface, settings and the request.
          if (before <= 150 && seen > 150) socket.write(bytes)
        })
      })
      const channel = makeTransport({ maxMessageBytes: 1024 }).open({ host: '127.0.0.1', port: server.port })
      closers.push(() => {
        channel.close()
        server.close()
      })
      return unary(channel, '/t.S/M', new Uint8Array(3), { timeoutMs: 3_000 })
    }

    it('the control: a good reply', async () => {
      expect(await ask((stream) => reply(stream, ok))).toMatchObject({ end: { code: 0 }, text: 'hello' })
    })

    it.each([
      ['gzip', gzipSync],
      ['deflate', deflateSync],
    ])('the control: %s', async (encoding, pack) => {
      const packed = frame(pack(Buffer.from('hello')), 1)
      expect(await ask((stream) => reply(stream, packed, undefined, { 'grpc-encoding': encoding }))).toMatchObject({
        end: { code: 0 },
        text: 'hello',
      })
    })

    it.each<[string, Answer]>([
      ['OK without a message', (stream) => reply(stream, Buffer.alloc(0))],
      ['two messages', (stream) => reply(stream, Buffer.concat([ok, ok]))],
    ])('%s is no unary reply', async (_name, answer) => {
      expect(await ask(answer)).toMatchObject({ end: { isLocal: true, fault: 'bad-reply', wasSent: true }, text: undefined })
    })

    it.each<[string, Answer, number[]]>([
      ['a message compressed by nobody', (stream) => reply(stream, frame(Buffer.from('hello'), 1)), [13]],
      ['an unknown encoding', (stream) => reply(stream, frame(Buffer.from('hello'), 1), undefined, { 'grpc-encoding': 'zstd' }), [12, 13]],
      ['gzip that is none', (stream) => reply(stream, frame(Buffer.from('hello'), 1), undefined, { 'grpc-encoding': 'gzip' }), [13]],
      ['trailers without a status', (stream) => reply(stream, ok, { x: 'y' }), [2, 13]],
      [
        'no trailers',
        (stream) => {
          stream.respond(head)
          stream.end(ok)
        },
        [2, 13],
      ],
      ['400', (stream) => stream.respond({ ':status': 400 }, { endStream: true }), [13]],
      ['401', (stream) => stream.respond({ ':status': 401 }, { endStream: true }), [16]],
      ['403', (stream) => stream.respond({ ':status': 403 }, { endStream: true }), [7]],
      ['404', (stream) => stream.respond({ ':status': 404 }, { endStream: true }), [12]],
      ['429', (stream) => stream.respond({ ':status': 429 }, { endStream: true }), [14]],
      ['503', (stream) => stream.respond({ ':status': 503 }, { endStream: true }), [14]],
      ['302', (stream) => stream.respond({ ':status': 302, location: 'http://169.254.169.254/' }, { endStream: true }), [2]],
    ])('%s', async (_name, answer, codes) => {
      const { end, text } = await ask(answer)
      expect(codes).toContain(end.code)
      expect(text).toBeUndefined()
      expect(end.wasSent).toBe(true)
    })

    if (isStrict) {
      it.each<[string, Answer, number[]]>([
        ['a flag that is none', (stream) => reply(stream, frame(Buffer.from('hello'), 7)), [13]],
        ['HTML', (stream) => respondWith(stream, '<html>', { ':status': 200, 'content-type': 'text/html' }), [2]],
        ['a status that is none', (stream) => reply(stream, ok, { 'grpc-status': '0x0' }), [2]],
      ])('%s', async (_name, answer, codes) => {
        const { end, text } = await ask(answer)
        expect(codes).toContain(end.code)
        expect(text).toBeUndefined()
      })
    }

    it('half a message', async () => {
      const { end } = await ask((stream) => reply(stream, frame(Buffer.from('hello'), 0, 50)))
      expect(end).toMatchObject({ isLocal: true, fault: 'bad-reply' })
    })

    it.each<[string, Answer]>([
      [
        'a prefix of 4 GiB',
        (stream) => {
          stream.respond(head)
          stream.write(frame(Buffer.from('x'), 0, 0xffff_ffff))
        },
      ],
      ['a message over the cap', (stream) => reply(stream, frame(Buffer.alloc(64 * 1024 + 1)))],
      ['a gzip bomb', (stream) => reply(stream, frame(gzipSync(Buffer.alloc(50_000_000)), 1), undefined, { 'grpc-encoding': 'gzip' })],
      [
        'a deflate bomb',
        (stream) => reply(stream, frame(deflateSync(Buffer.alloc(50_000_000)), 1), undefined, { 'grpc-encoding': 'deflate' }),
      ],
    ])('%s is too large', async (_name, answer) => {
      expect((await ask(answer)).end).toMatchObject({ code: 8, isLocal: true, fault: 'too-large' })
    })

    it('a cap of the call is smaller than that of the transport, and exact', async () => {
      const answer: Answer = (stream) => reply(stream, frame(Buffer.alloc(100)))
      expect((await ask(answer, { maxReplyBytes: 100 })).end.code).toBe(0)
      expect((await ask(answer, { maxReplyBytes: 99 })).end).toMatchObject({ code: 8, fault: 'too-large' })
    })

    it.each(['99', '-1', 'abc', '1e1'])('grpc-status %s is UNKNOWN', async (status) => {
      const { end } = await ask((stream) => reply(stream, ok, { 'grpc-status': status }))
      expect(end.code).not.toBe(0)
    })

    it('a status with words: percent-encoded, broken and long', async () => {
      const say = async (message: string) => (await ask((stream) => reply(stream, ok, { 'grpc-status': '7', 'grpc-message': message }))).end
      expect(await say('caf%C3%A9 100%')).toMatchObject({ code: 7, isLocal: false })
      expect((await say('caf%C3%A9')).details).toBe('café')
      expect((await say('x'.repeat(9_000))).details).toHaveLength(1_024)
    })

    it('reason, pushback and trailers of a refusal', async () => {
      const status = Buffer.from(encodeRefusalStatus({ code: 8, message: 'no', reason: 'RATE' }))
      const say = async (trailers: Record<string, string>) =>
        (await ask((stream) => stream.respond({ ...head, 'grpc-status': '8', ...trailers }, { endStream: true }))).end
      expect(await say({ 'grpc-status-details-bin': status.toString('base64'), 'grpc-retry-pushback-ms': '1500' })).toMatchObject({
        code: 8,
        isLocal: false,
        wasSent: true,
        reason: 'RATE',
        pushbackMs: 1_500,
      })
      expect(await say({ 'grpc-status-details-bin': status.toString('base64').replace(/=+$/, '') })).toMatchObject({ reason: 'RATE' })
      expect(await say({ 'grpc-status-details-bin': 'AAAA' })).toMatchObject({ reason: undefined, pushbackMs: undefined })
      expect(await say({ 'grpc-retry-pushback-ms': '99999999999' })).toMatchObject({ pushbackMs: 30_000 })
      expect(await say({ 'grpc-retry-pushback-ms': '-1' })).toMatchObject({ pushbackMs: Number.POSITIVE_INFINITY })
      expect(await say({ 'grpc-retry-pushback-ms': 'soon' })).toMatchObject({ pushbackMs: Number.POSITIVE_INFINITY })
      expect((await say({ 'tk-receipt-bin': 'AAEC' })).trailers.bytes('tk-receipt-bin')).toEqual(Buffer.of(0, 1, 2))
    })

    it('an answer that never comes ends by the deadline', async () => {
      const { end } = await ask(() => {}, { timeoutMs: 150 })
      expect(end).toMatchObject({ code: 4, isLocal: true, fault: 'deadline', wasSent: true })
    })

    it.each<[string, Answer]>([
      ['headers alone', (stream) => stream.respond(head)],
      ['half a message', (stream) => respondWith(stream, ok.subarray(0, 7))],
      ['a message without an end', (stream) => respondWith(stream, ok)],
    ])('%s, then silence, ends by the deadline', async (_name, answer) => {
      expect((await ask(answer, { timeoutMs: 150 })).end).toMatchObject({ code: 4, fault: 'deadline' })
    })

    it('informational headers first do no harm', async () => {
      const { end, text } = await ask((stream) => {
        stream.additionalHeaders({ ':status': 103, link: '<x>' })
        reply(stream, ok)
      })
      expect([end.code, text]).toEqual([0, 'hello'])
    })

    it('headers and trailers beyond the cap', async () => {
      const { end } = await ask((stream) => reply(stream, ok, { 'grpc-status': '0', x: 'y'.repeat(200_000) }))
      expect(end.code).not.toBe(0)
      const headers = await ask((stream) => reply(stream, ok, undefined, { x: 'y'.repeat(200_000) }))
      expect(headers.end.code).not.toBe(0)
    })

    it.each([
      [constants.NGHTTP2_NO_ERROR, [2, 13]],
      [constants.NGHTTP2_PROTOCOL_ERROR, [13]],
      [constants.NGHTTP2_INTERNAL_ERROR, [13, 14]],
      [constants.NGHTTP2_FLOW_CONTROL_ERROR, [13]],
      [constants.NGHTTP2_CANCEL, [1]],
      [constants.NGHTTP2_ENHANCE_YOUR_CALM, [8]],
      [constants.NGHTTP2_INADEQUATE_SECURITY, [7]],
    ])('a reset with code %i', async (rstCode, codes) => {
      const code = Buffer.alloc(4)
      code.writeUInt32BE(rstCode)
      const { end } = await askRaw(http2Frame(3, 0, 1, code))
      expect(codes).toContain(end.code)
      expect(end).toMatchObject({ isLocal: true, wasSent: true })
    })
  })
}
