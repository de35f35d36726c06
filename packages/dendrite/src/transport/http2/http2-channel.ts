import { createSecureContext } from 'node:tls'
import { pinnedTlsOptions } from '../../tls/pinned-tls-options.js'
import { localEnd, unsent } from '../call-end.js'
import type {
  CallListener,
  ChannelState,
  ClientCall,
  ClientChannel,
  ConnectOptions,
  ConnectOutcome,
  StartCallOptions,
  TransportTarget,
} from '../client-transport.js'
import { endedCall } from '../ended-call.js'
import { checkCall, type ResolvedTransportOptions } from '../transport-options.js'
import { Http2Call, type Http2CallParts } from './http2-call.js'
import { Http2Connection } from './http2-connection.js'
import type { ChannelTls } from './open-socket.js'

const maxWaiting = 1024
const minBackoffMs = 100
const maxBackoffMs = 5_000

/** A channel over node:http2. */
export class Http2Channel implements ClientChannel {
  readonly #target: TransportTarget
  readonly #options: ResolvedTransportOptions
  readonly #tls: ChannelTls | undefined
  readonly #waiting = new Set<Http2Call>()
  readonly #calls = new Set<Http2Call>()
  readonly #connectors = new Set<(outcome: ConnectOutcome) => void>()
  // The one that new calls use, and those that only end what they have.
  #connection: Http2Connection | undefined
  readonly #closing = new Set<Http2Connection>()
  #connections = 0
  #state: ChannelState = 'idle'
  #backoffMs = 0
  #nextAttemptMs = 0
  #readySinceMs = 0
  #backoffTimer: NodeJS.Timeout | undefined

  constructor(target: TransportTarget, options: ResolvedTransportOptions) {
    this.#target = target
    this.#options = options
    if (target.pin !== undefined) {
      const tls = pinnedTlsOptions(target.pin)
      this.#tls = { options: tls, context: createSecureContext(tls.context), spkiSha256: target.pin.spkiSha256 }
    }
  }

  get state(): ChannelState {
    return this.#state
  }

  get connectionId(): number | undefined {
    return this.#state === 'ready' ? this.#connection?.id : undefined
  }

  get callsInFlight(): number {
    return this.#calls.size
  }

  connect({ timeoutMs = this.#options.connectTimeoutMs, signal }: ConnectOptions = {}): Promise<ConnectOutcome> {
    if (this.#state === 'closed') return Promise.resolve({ ok: false, end: localEnd('closed', 'The channel is closed', unsent) })
    if (signal?.aborted === true) return Promise.resolve({ ok: false, end: localEnd('cancelled', 'Cancelled', unsent) })
    const id = this.connectionId
    if (id !== undefined) return Promise.resolve({ ok: true, connectionId: id })
    return new Promise((resolve) => {
      const done = (outcome: ConnectOutcome) => {
        this.#connectors.delete(done)
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        resolve(outcome)
      }
      const timer = setTimeout(
        () => done({ ok: false, end: localEnd('connect', `Not connected within ${timeoutMs} ms`, unsent) }),
        timeoutMs,
      )
      const onAbort = () => done({ ok: false, end: localEnd('cancelled', 'Cancelled', unsent) })
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#connectors.add(done)
      if (this.#state !== 'connecting') this.#open()
    })
  }

  start(options: StartCallOptions, listener: CallListener): ClientCall {
    checkCall(options)
    if (this.#state === 'closed') return endedCall(listener, localEnd('closed', 'The channel is closed', unsent))
    if (options.connectionId !== undefined && options.connectionId !== this.connectionId) {
      return endedCall(listener, localEnd('other-connection', 'The connection is gone', unsent))
    }
    const connection = this.#connection
    const canGo = this.#waiting.size === 0 && connection?.hasRoom === true
    if (!canGo && this.#waiting.size >= maxWaiting) {
      return endedCall(listener, localEnd('queue-full', 'Too many calls wait for this peer', unsent))
    }
    const { maxMessageBytes, compression } = this.#options
    const maxReplyBytes = Math.min(options.maxReplyBytes ?? maxMessageBytes, maxMessageBytes)
    const parts: Http2CallParts = { options, listener, maxReplyBytes, compression, onOver: this.#onCallOver }
    const call = new Http2Call(parts)
    this.#calls.add(call)
    if (canGo) {
      call.attach(connection)
    } else {
      this.#waiting.add(call)
      this.#ensureConnection()
    }
    return call
  }

  close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    clearTimeout(this.#backoffTimer)
    for (const call of this.#calls) call.abandon('closed', 'The channel is closed')
    for (const done of this.#connectors) done({ ok: false, end: localEnd('closed', 'The channel is closed', unsent) })
    this.#connection?.destroy()
    for (const connection of this.#closing) connection.destroy()
    this.#closing.clear()
    this.#connection = undefined
  }

  readonly #onCallOver = (call: Http2Call): void => {
    this.#calls.delete(call)
    this.#waiting.delete(call)
  }

  /** A connection for the calls that wait: now, or when the wait after a failure is over. */
  #ensureConnection(): void {
    if (this.#state === 'connecting' || this.#state === 'ready' || this.#backoffTimer !== undefined) return
    const leftMs = this.#nextAttemptMs - performance.now()
    if (leftMs <= 0) {
      this.#open()
      return
    }
    this.#backoffTimer = setTimeout(() => {
      this.#backoffTimer = undefined
      if (this.#waiting.size > 0) this.#ensureConnection()
    }, leftMs)
  }

  #open(): void {
    clearTimeout(this.#backoffTimer)
    this.#backoffTimer = undefined
    this.#state = 'connecting'
    // From its start: an attempt that took long was wait enough.
    this.#backoffMs = Math.min(maxBackoffMs, Math.max(minBackoffMs, this.#backoffMs * 2))
    this.#nextAttemptMs = performance.now() + this.#backoffMs
    this.#connections++
    const connection = new Http2Connection({
      id: this.#connections,
      target: this.#target,
      tls: this.#tls,
      maxHeaderBytes: this.#options.maxHeaderBytes,
      timeoutMs: this.#options.connectTimeoutMs,
      onReady: () => this.#onReady(connection),
      onFailure: (fault, details) => this.#onFailure(fault, details),
      onDown: () => this.#onDown(connection),
      onRoom: () => this.#onRoom(connection),
    })
    this.#connection = connection
  }

  #onReady(connection: Http2Connection): void {
    if (this.#state === 'closed') return
    this.#state = 'ready'
    this.#readySinceMs = performance.now()
    for (const done of this.#connectors) done({ ok: true, connectionId: connection.id })
    this.#onRoom(connection)
  }

  #onFailure(fault: 'connect' | 'pin', details: string): void {
    if (this.#state === 'closed') return
    this.#state = 'backoff'
    this.#connection = undefined
    const end = localEnd(fault, details, unsent)
    for (const done of this.#connectors) done({ ok: false, end })
    for (const call of this.#waiting) call.abandon(fault, details)
  }

  #onDown(connection: Http2Connection): void {
    if (this.#connection !== connection || this.#state === 'closed') return
    this.#connection = undefined
    this.#state = 'idle'
    // A peer that takes a connection only to drop it is no better than one that takes none.
    if (performance.now() - this.#readySinceMs >= maxBackoffMs) this.#backoffMs = 0
    if (!connection.isDown) this.#closing.add(connection)
    for (const call of this.#waiting) {
      if (call.wantedConnectionId !== undefined) call.abandon('other-connection', 'The connection is gone')
    }
    if (this.#waiting.size > 0) this.#ensureConnection()
  }

  #onRoom(connection: Http2Connection): void {
    if (connection !== this.#connection) {
      if (connection.isDown) this.#closing.delete(connection)
      return
    }
    for (const call of this.#waiting) {
      if (!connection.hasRoom) return
      this.#waiting.delete(call)
      call.attach(connection)
    }
  }
}
