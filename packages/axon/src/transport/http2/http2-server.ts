import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2'
import type { Socket } from 'node:net'
import type { TlsIdentity } from '../../tls/tls-identity.js'
import { ConnectionFront, type ConnectionFrontOptions } from '../connection-front.js'
import type { OpenConnection } from '../connections.js'
import type { CallHandler } from '../incoming-call.js'
import type { GrpcTransport, ListenAddress } from '../server-transport.js'
import { Http2Call } from './http2-call.js'
import { type Allowance, Http2Connection } from './http2-connection.js'
import { headRefusals } from './refusals.js'
import { decodeBinary, encodingOf, httpRefusal, timeoutOf } from './request-head.js'
import { refusalHeaders, replyHeaders } from './status-headers.js'
import { watchSessions } from './watch-sessions.js'

const ignored = () => {}
const withoutBody = Object.freeze({ endStream: true, sendDate: false })

// HTTP/2's own window: what a stranger may send ahead, on each of its streams.
const leastWindowBytes = 65_535
const mostWindowBytes = 1024 * 1024

/** The gRPC server: a thin one over `node:http2`. A call is handed over when its headers are there, before a byte of its body is read. */
export class Http2Server implements GrpcTransport {
  readonly #options: ConnectionFrontOptions
  readonly #front: ConnectionFront
  readonly #handlers = new Map<string, CallHandler>()
  readonly #connections = new Map<ServerHttp2Session, Http2Connection>()
  readonly #watch: (session: ServerHttp2Session) => void
  readonly #allowance: Allowance
  readonly #http2: ServerOptions
  #sweep: NodeJS.Timeout | undefined
  #isShutDown = false
  #onAllClosed: (() => void)[] = []

  constructor(options: ConnectionFrontOptions) {
    const { maxSessionMemoryBytes, maxStreamsPerConnection, maxStrangerStreams } = options.limits
    this.#options = options
    this.#front = new ConnectionFront(options)
    const share = Math.floor(maxSessionMemoryBytes / maxStreamsPerConnection)
    const streamWindow = Math.min(mostWindowBytes, Math.max(leastWindowBytes, share))
    this.#allowance = { streams: maxStreamsPerConnection, streamWindow, connectionWindow: 4 * streamWindow }
    this.#watch = watchSessions({
      onStream: (session, stream, headers, rawHeaders) => {
        const served = this.#connections.get(session)
        if (served !== undefined) this.#onStream(served, stream, headers, rawHeaders)
      },
      onCost: (session, what) => void this.#connections.get(session)?.connection.charge(what),
      onClose: (session) => this.#onClose(session),
    })
    this.#http2 = {
      // In MB, as node:http2 has it.
      maxSessionMemory: Math.ceil(maxSessionMemoryBytes / 1_000_000),
      // More once a hotkey is proved. nghttp2 refuses what is over it, so that of a burst no more than so many cost a turn of the event loop.
      settings: { maxConcurrentStreams: Math.min(maxStrangerStreams, maxStreamsPerConnection) },
    }
  }

  handle(path: string, handler: CallHandler): boolean {
    if (this.#handlers.has(path)) return false
    this.#handlers.set(path, handler)
    return true
  }

  useTls(identity: TlsIdentity): void {
    this.#front.useTls(identity)
  }

  async listen(address: ListenAddress): Promise<number> {
    const port = await this.#front.listen(address, (socket, connection) => this.#onConnection(socket, connection))
    const { idleConnectionMs, maxConnectionAgeMs } = this.#options.limits
    const sweepMs = Math.min(5_000, Math.max(10, Math.min(idleConnectionMs, maxConnectionAgeMs) / 8))
    this.#sweep = setInterval(() => {
      const nowMs = performance.now()
      for (const connection of this.#connections.values()) connection.check(nowMs)
    }, sweepMs)
    this.#sweep.unref()
    return port
  }

  async shutdown(graceMs: number): Promise<void> {
    this.#isShutDown = true
    this.#front.stop()
    for (const connection of this.#connections.values()) connection.close()
    if (this.#connections.size > 0 && graceMs > 0) {
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        this.#onAllClosed.push(resolve)
        timer = setTimeout(resolve, graceMs)
      })
      clearTimeout(timer)
    }
    clearInterval(this.#sweep)
    for (const connection of this.#connections.values()) connection.destroy()
    this.#front.destroyAll()
  }

  #onConnection(socket: Socket, connection: OpenConnection): void {
    if (this.#isShutDown) {
      socket.destroy()
      return
    }
    const session = performServerHandshake(socket, this.#http2)
    const { limits, clock } = this.#options
    const served = new Http2Connection(session, { connection, limits, clock })
    this.#connections.set(session, served)
    connection.onFirstProof(() => served.widen(this.#allowance))
    this.#watch(session)
  }

  #onClose(session: ServerHttp2Session): void {
    this.#connections.delete(session)
    if (this.#connections.size === 0) for (const tell of this.#onAllClosed.splice(0)) tell()
  }

  #onStream(served: Http2Connection, stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): void {
    stream.on('error', ignored)
    // In debt, or reset before it was looked at.
    if (!served.connection.charge('stream') || stream.destroyed || stream.closed) return
    const httpStatus = httpRefusal(headers)
    if (httpStatus !== undefined) {
      stream.respond({ ':status': httpStatus, ...(httpStatus === 405 && { allow: 'POST' }) }, withoutBody)
      return
    }
    const path = headers[':path'] as string
    const handler = this.#handlers.get(path)
    const timeoutMs = timeoutOf(headers['grpc-timeout'])
    if (handler === undefined || timeoutMs === 'malformed') {
      const refusal = handler === undefined ? headRefusals.unknownPath : headRefusals.badTimeout
      stream.respond({ ...replyHeaders, ...refusalHeaders(refusal) }, withoutBody)
      return
    }
    decodeBinary(headers, rawHeaders)
    served.onCall()
    // As decoded: text, or the values of a binary key.
    const encoding = encodingOf(headers['grpc-encoding'])
    handler(new Http2Call(stream, served, { path, headers, encoding, timeoutMs }))
  }
}
