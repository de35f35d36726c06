import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import { isIPv6, type Socket } from 'node:net'
import type { TransportTarget } from '../client-transport.js'
import { type ChannelTls, openSocket } from './open-socket.js'

// What a peer may send of one reply that nobody reads; less would slow large tensors down.
const streamWindowBytes = 2 * 1024 * 1024
const connectionWindowBytes = 8 * 1024 * 1024
const keepaliveMs = 30_000
const keepaliveTimeoutMs = 10_000
const maxIdleMs = 300_000
const maxSessionMemoryMb = 64
// node:http2 clones it for each call and adds to the clone. Node 20 does so a hundred times faster with what is frozen.
const streamOptions = Object.freeze({ endStream: false })

/** What {@link Http2Connection} is made of. */
export interface Http2ConnectionParts {
  readonly id: number
  readonly target: TransportTarget
  readonly tls: ChannelTls | undefined
  readonly maxHeaderBytes: number
  readonly timeoutMs: number
  /** The peer's settings are there: calls can go. */
  readonly onReady: () => void
  /** It never became ready. */
  readonly onFailure: (fault: 'connect' | 'pin', details: string) => void
  /** It was ready and takes no more calls: GOAWAY or broken. Calls in flight go on if they can. */
  readonly onDown: () => void
  /** A stream closed: there may be room for a call that waits. */
  readonly onRoom: () => void
}

/** One HTTP/2 connection: socket, session, its limits and its keepalive. */
export class Http2Connection {
  readonly id: number
  readonly #parts: Http2ConnectionParts
  readonly #socket: Socket
  #session: ClientHttp2Session | undefined
  #timer: NodeJS.Timeout | undefined
  #state: 'opening' | 'ready' | 'over' = 'opening'
  #streams = 0
  #maxStreams = 0
  #idleSinceMs = performance.now()
  #lastStreamId = Number.POSITIVE_INFINITY
  #isPinging = false

  constructor(parts: Http2ConnectionParts) {
    this.id = parts.id
    this.#parts = parts
    this.#timer = setTimeout(() => this.#fail('connect', `Not connected within ${parts.timeoutMs} ms`), parts.timeoutMs)
    this.#socket = openSocket(parts.target, parts.tls, {
      onOpen: () => this.#openSession(),
      onFailure: (fault, details) => this.#fail(fault, details),
    })
  }

  /** Whether it takes a call now. */
  get hasRoom(): boolean {
    return this.#state === 'ready' && this.#streams < this.#maxStreams && this.#session?.closed === false
  }

  /** Whether it broke, calls in flight included. */
  get isDown(): boolean {
    return this.#session === undefined || this.#session.destroyed || this.#socket.destroyed
  }

  /** Whether the peer said that it did not process this stream. */
  isBeyondGoaway(streamId: number | undefined): boolean {
    return streamId !== undefined && streamId > this.#lastStreamId
  }

  /** Starts a stream; there must be room. */
  request(headers: Record<string, string>): ClientHttp2Stream {
    const session = this.#session as ClientHttp2Session
    if (this.#streams === 0) session.ref()
    this.#streams++
    return session.request(headers, streamOptions)
  }

  /** A stream of {@link request} is gone. */
  onStreamClosed(): void {
    this.#streams--
    if (this.#streams === 0) {
      this.#idleSinceMs = performance.now()
      // A channel that nobody uses keeps no process alive.
      if (this.#session?.destroyed === false) this.#session.unref()
    }
    this.#parts.onRoom()
  }

  /** Breaks the connection. */
  destroy(): void {
    clearTimeout(this.#timer)
    this.#state = 'over'
    this.#session?.destroy()
    this.#socket.destroy()
  }

  #openSession(): void {
    const { target, tls, maxHeaderBytes } = this.#parts
    const host = isIPv6(target.host) ? `[${target.host}]` : target.host
    const session = connect(`${tls === undefined ? 'http' : 'https'}://${host}:${target.port}`, {
      createConnection: () => this.#socket,
      maxSessionMemory: maxSessionMemoryMb,
      settings: { enablePush: false, initialWindowSize: streamWindowBytes, maxHeaderListSize: maxHeaderBytes },
    })
    this.#session = session
    session.on('error', (error: NodeJS.ErrnoException) => this.#over(`The connection failed: ${error.code ?? error.message}`))
    session.on('close', () => this.#over('The peer closed the connection'))
    session.on('goaway', (_code, lastStreamId) => {
      this.#lastStreamId = Math.min(this.#lastStreamId, lastStreamId)
      this.#over('The peer closed the connection')
    })
    session.on('remoteSettings', ({ maxConcurrentStreams = Number.POSITIVE_INFINITY }) => {
      this.#maxStreams = maxConcurrentStreams
      if (this.#state === 'opening') this.#becomeReady(session)
      else this.#parts.onRoom()
    })
    session.once('connect', () => session.setLocalWindowSize(connectionWindowBytes))
  }

  #becomeReady(session: ClientHttp2Session): void {
    clearTimeout(this.#timer)
    this.#state = 'ready'
    session.unref()
    this.#timer = setInterval(() => this.#keepAlive(session), keepaliveMs)
    this.#timer.unref()
    this.#parts.onReady()
  }

  #keepAlive(session: ClientHttp2Session): void {
    if (session.destroyed) return
    if (this.#streams === 0) {
      if (performance.now() - this.#idleSinceMs >= maxIdleMs) session.close()
      return
    }
    if (this.#isPinging) return
    this.#isPinging = true
    const timer = setTimeout(() => session.destroy(), keepaliveTimeoutMs)
    session.ping(() => {
      this.#isPinging = false
      clearTimeout(timer)
    })
  }

  #over(details: string): void {
    if (this.#state === 'opening') this.#fail('connect', details)
    if (this.#state !== 'ready') return
    this.#state = 'over'
    clearTimeout(this.#timer)
    this.#parts.onDown()
  }

  #fail(fault: 'connect' | 'pin', details: string): void {
    if (this.#state !== 'opening') return
    this.destroy()
    this.#parts.onFailure(fault, details)
  }
}
