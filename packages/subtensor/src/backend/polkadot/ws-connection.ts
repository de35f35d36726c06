import { type Logger, TensorKitError } from '@tensorkit/core'
import type { WaitOptions } from '../chain-backend.js'
import { RpcSocket } from './rpc-socket.js'

/** At most so many requests wait for an answer at once. */
const MAX_IN_FLIGHT = 1024
const FIRST_RECONNECT_DELAY_MS = 100
const MAX_RECONNECT_DELAY_MS = 5_000
/** Nothing received for this long, though asked: the connection died without a word. */
const KEEPALIVE_MS = 15_000

/** What {@link WsConnection} is made of. */
export interface WsConnectionOptions {
  readonly url: URL
  /** The endpoint as it may be shown. */
  readonly endpoint: string
  readonly timeoutMs: number
  /** How long a lost connection is tried again before the client gives up, in ms. */
  readonly reconnectTimeoutMs: number
  readonly logger: Logger
}

/** A subscription by the names of JSON-RPC. */
export interface SubscriptionMethods {
  readonly subscribe: string
  readonly unsubscribe: string
  /** The method that its notifications name. */
  readonly notification: string
}

interface Subscription {
  readonly methods: SubscriptionMethods
  readonly listener: (result: unknown) => void
  id: string | number | undefined
}

type Settle = (error: Error | undefined, result?: unknown) => void

/**
 * A connection that is made again when it is lost, with deadlines and aborts, bounds, and an end.
 *
 * The socket's own errors are no one's `cause`, since they may repeat the endpoint with whatever key is in it.
 */
export class WsConnection {
  #socket: RpcSocket | undefined
  readonly #options: WsConnectionOptions
  readonly #waiting = new Set<Settle>()
  readonly #subscriptions = new Set<Subscription>()
  readonly #closeListeners = new Set<(reason: TensorKitError) => void>()
  readonly #stop = new AbortController()
  readonly #keepalive: NodeJS.Timeout
  /** Runs after a reconnect, before subscriptions are made again; a throw closes the client. */
  onReconnect: () => Promise<void> = async () => {}
  #connected = false
  #reason: TensorKitError | undefined
  #reconnecting: Promise<void> | undefined
  #bytesHeard = -1

  private constructor(options: WsConnectionOptions) {
    this.#options = options
    this.#keepalive = setInterval(() => this.#checkAlive(), KEEPALIVE_MS)
    this.#keepalive.unref()
  }

  /** @throws CHAIN_UNREACHABLE or CORE_ABORTED. */
  static async open(options: WsConnectionOptions, signal?: AbortSignal): Promise<WsConnection> {
    const connection = new WsConnection(options)
    try {
      await connection.#connect(signal)
      return connection
    } catch (error) {
      await connection.close()
      throw error
    }
  }

  /** @throws CHAIN_DISCONNECTED, CHAIN_TIMEOUT, CHAIN_BUSY, CORE_ABORTED, CORE_CLOSED; {@link RpcError} for the node's refusals. */
  request(method: string, params: readonly unknown[], wait?: WaitOptions): Promise<unknown> {
    return this.#ask(method, wait, (socket) => socket.send(method, params))
  }

  /** Subscribes; the subscription is made again after each reconnect. @returns A function that ends it. */
  async subscribe(methods: SubscriptionMethods, listener: (result: unknown) => void, wait?: WaitOptions): Promise<() => void> {
    const entry: Subscription = { methods, listener, id: undefined }
    this.#subscriptions.add(entry)
    try {
      await this.#start(entry, wait)
    } catch (error) {
      this.#subscriptions.delete(entry)
      throw error
    }
    return () => {
      this.#subscriptions.delete(entry)
      this.#forget(entry)
    }
  }

  /** Calls back when the connection is closed for good, at once if it is. @returns A function that forgets the listener. */
  onClosed(listener: (reason: TensorKitError) => void): () => void {
    if (this.#reason) listener(this.#reason)
    else this.#closeListeners.add(listener)
    return () => this.#closeListeners.delete(listener)
  }

  /** Ends every wait with CORE_CLOSED and the connection with it. Idempotent. */
  async close(): Promise<void> {
    this.#shut(new TensorKitError('CORE_CLOSED', 'The connection to the chain was closed'))
    await this.#reconnecting
    await this.#socket?.close()
  }

  async #connect(signal: AbortSignal | undefined): Promise<void> {
    const signals = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal
    const { url, endpoint, timeoutMs, logger } = this.#options
    const onGarbage = () => logger.warn({ endpoint }, 'The node sent a message that is no JSON-RPC; such messages are passed over')
    const socket: RpcSocket = await RpcSocket.open(
      // Of an older socket nobody hears: it was given up before.
      { url, endpoint, onGarbage, onClosed: () => socket === this.#socket && this.#onDrop() },
      timeoutMs,
      signals,
    )
    this.#socket = socket
    this.#connected = true
    this.#bytesHeard = -1
  }

  #ask<T>(method: string, wait: WaitOptions = {}, send: (socket: RpcSocket) => Promise<T>): Promise<T> {
    const { endpoint } = this.#options
    const { timeoutMs = this.#options.timeoutMs, signal } = wait
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted) return reject(aborted(method))
      if (this.#reason) return reject(this.#reason)
      const socket = this.#socket
      if (!socket || !this.#connected) return reject(disconnected(endpoint))
      // The socket's count: it knows of those as well whose caller gave up.
      if (socket.inFlight >= MAX_IN_FLIGHT) {
        return reject(
          new TensorKitError('CHAIN_BUSY', 'Too many requests wait for an answer', { facts: { endpoint, limit: MAX_IN_FLIGHT } }),
        )
      }
      const onAbort = () => settle(aborted(method))
      const onTimeout = () =>
        settle(new TensorKitError('CHAIN_TIMEOUT', 'The node did not answer in time', { facts: { endpoint, method, timeoutMs } }))
      const settle: Settle = (error, result) => {
        if (!this.#waiting.delete(settle)) return
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        if (error) reject(error)
        else resolve(result as T)
      }
      const timer = setTimeout(onTimeout, timeoutMs)
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.add(settle)
      send(socket).then(
        (result) => settle(undefined, result),
        (error: unknown) => settle(error instanceof Error ? error : disconnected(endpoint)),
      )
    })
  }

  async #start(entry: Subscription, wait?: WaitOptions): Promise<void> {
    const { subscribe, notification } = entry.methods
    await this.#ask(subscribe, wait, async (socket) => {
      const id = await socket.send(subscribe, [])
      if (typeof id !== 'string' && typeof id !== 'number') {
        throw new TensorKitError('CHAIN_INCOMPATIBLE', 'The node’s answer names no subscription', {
          facts: { endpoint: this.#options.endpoint, method: subscribe },
        })
      }
      entry.id = id
      // Its caller gave up meanwhile.
      if (!this.#subscriptions.has(entry)) this.#forget(entry)
      else socket.listen(notification, id, (result) => this.#deliver(entry, result))
    })
  }

  #deliver(entry: Subscription, result: unknown): void {
    if (!this.#subscriptions.has(entry)) return
    try {
      entry.listener(result)
    } catch {
      this.#options.logger.warn(
        { endpoint: this.#options.endpoint, method: entry.methods.subscribe },
        'The node sent a notification that cannot be read',
      )
    }
  }

  /** Forgets a subscription, and makes the node forget it too if it is there. */
  #forget(entry: Subscription): void {
    const { id, methods } = entry
    if (id === undefined) return
    entry.id = undefined
    // Nobody waits for the answer: a lost connection has ended the subscription as well.
    this.#socket?.unlisten(methods.notification, id)
    this.#socket?.send(methods.unsubscribe, [id]).catch(() => {})
  }

  #checkAlive(): void {
    const socket = this.#socket
    if (!socket || !this.#connected) return
    if (socket.bytesReceived === this.#bytesHeard) {
      this.#onDrop()
      return
    }
    this.#bytesHeard = socket.bytesReceived
    socket.send('system_health', []).catch(() => {})
  }

  #onDrop(): void {
    if (this.#reason || !this.#connected) return
    this.#connected = false
    const { endpoint, logger } = this.#options
    // They went with the connection.
    for (const entry of this.#subscriptions) entry.id = undefined
    for (const settle of [...this.#waiting]) settle(disconnected(endpoint))
    logger.warn({ endpoint }, 'The connection to the chain was lost')
    this.#reconnecting = this.#reconnect().catch((error: unknown) =>
      this.#shut(TensorKitError.isInstance(error) ? error : disconnected(endpoint)),
    )
  }

  async #reconnect(): Promise<void> {
    const deadline = performance.now() + this.#options.reconnectTimeoutMs
    for (let delayMs = FIRST_RECONNECT_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_RECONNECT_DELAY_MS)) {
      // Of a connection that died silently, the socket is still there.
      await this.#socket?.close()
      // Jitter, so that a restarted node is not hit by all its clients at once.
      await pause(delayMs * (0.5 + Math.random() / 2), this.#stop.signal)
      if (this.#reason) return
      try {
        await this.#connect(undefined)
        break
      } catch (error) {
        if (performance.now() + delayMs > deadline) throw disconnected(this.#options.endpoint, error)
      }
    }
    try {
      await this.onReconnect()
      for (const entry of this.#subscriptions) if (entry.id === undefined) await this.#start(entry)
    } catch (error) {
      // Lost again meanwhile: that drop has begun its own reconnect.
      if (TensorKitError.isInstance(error) && error.code === 'CHAIN_DISCONNECTED') return
      throw error
    }
    this.#options.logger.info({ endpoint: this.#options.endpoint }, 'The connection to the chain is back')
  }

  #shut(reason: TensorKitError): void {
    if (this.#reason) return
    this.#reason = reason
    this.#connected = false
    clearInterval(this.#keepalive)
    this.#stop.abort(reason)
    for (const settle of [...this.#waiting]) settle(reason)
    this.#subscriptions.clear()
    for (const listener of this.#closeListeners) listener(reason)
    this.#closeListeners.clear()
    // The caller of close() waits for the socket itself; after a failure nobody does.
    this.#socket?.close().catch(() => {})
  }
}

const aborted = (method: string): TensorKitError =>
  new TensorKitError('CORE_ABORTED', 'The request to the chain was aborted', { facts: { method } })

const disconnected = (endpoint: string, cause?: unknown): TensorKitError =>
  new TensorKitError('CHAIN_DISCONNECTED', 'The connection to the chain was lost', { facts: { endpoint }, cause })

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
