import { constants, type ServerHttp2Session } from 'node:http2'
import type { Clock } from '@tensorkit/core'
import type { AxonLimits } from '../../limits.js'
import type { OpenConnection } from '../connections.js'
import type { CallCarrier } from './http2-call.js'

const keepaliveMs = 30_000
const keepaliveTimeoutMs = 10_000
// Connections that were opened together must not all come back together.
const ageJitter = 0.1

/** What a caller that proved itself may have at a time, and send ahead, in bytes. */
export interface Allowance {
  readonly streams: number
  readonly streamWindow: number
  readonly connectionWindow: number
}

/** One HTTP/2 connection: its calls, and how long it stays. */
export class Http2Connection implements CallCarrier {
  readonly connection: OpenConnection
  readonly limits: AxonLimits
  readonly clock: Clock
  readonly #session: ServerHttp2Session
  readonly #closesAtMs: number
  #calls = 0
  #idleSinceMs: number
  #pingedMs: number
  #isPinging = false
  #isClosing = false

  constructor(
    session: ServerHttp2Session,
    { connection, limits, clock }: { readonly connection: OpenConnection; readonly limits: AxonLimits; readonly clock: Clock },
  ) {
    const nowMs = performance.now()
    this.connection = connection
    this.limits = limits
    this.clock = clock
    this.#session = session
    this.#closesAtMs = nowMs + limits.maxConnectionAgeMs * (1 - ageJitter + 2 * ageJitter * Math.random())
    this.#idleSinceMs = nowMs
    this.#pingedMs = nowMs
  }

  /** A call begins. */
  onCall(): void {
    this.#calls++
  }

  onCallClosed(): void {
    this.#calls--
    if (this.#calls === 0) this.#idleSinceMs = performance.now()
  }

  /** Lets its callers make more calls at a time, and send more ahead. */
  widen({ streams, streamWindow, connectionWindow }: Allowance): void {
    const session = this.#session
    if (session.destroyed || session.closed) return
    session.setLocalWindowSize(connectionWindow)
    session.settings({ maxConcurrentStreams: streams, initialWindowSize: streamWindow })
  }

  /** Takes no new calls, and ends with the last that it has. */
  close(): void {
    if (this.#session.destroyed) return
    if (!this.#isClosing) {
      this.#isClosing = true
      // Says that this is no error. What the peer sent meanwhile is not taken, and it knows: close() tells which call was the last.
      this.#session.goaway(constants.NGHTTP2_NO_ERROR, 0x7fffffff)
    }
    this.#session.close()
  }

  /** Ends it at once. */
  destroy(): void {
    this.#session.destroy()
  }

  /** Looks after it: too old, too long idle, or gone without a word. */
  check(nowMs: number): void {
    if (this.#session.destroyed) return
    if (nowMs >= this.#closesAtMs + this.limits.maxDeadlineMs) this.destroy()
    else if (nowMs >= this.#closesAtMs || (this.#calls === 0 && nowMs - this.#idleSinceMs >= this.limits.idleConnectionMs)) this.close()
    else if (this.#isPinging) {
      if (nowMs - this.#pingedMs >= keepaliveTimeoutMs) this.destroy()
    } else if (this.#calls > 0 && nowMs - this.#pingedMs >= keepaliveMs) this.#ping(nowMs)
  }

  #ping(nowMs: number): void {
    this.#pingedMs = nowMs
    this.#isPinging = true
    this.#session.ping(() => {
      this.#isPinging = false
    })
  }
}
