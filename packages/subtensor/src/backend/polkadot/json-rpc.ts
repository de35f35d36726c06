import { type Logger, TensorKitError } from '@tensorkit/core'
import type { WaitOptions } from '../chain-backend.js'
import { RpcError } from '../rpc-error.js'
import { openSocket, type Socket } from './socket.js'

/** At most so many requests wait for an answer at once. */
const MAX_IN_FLIGHT = 1024
/** Notifications that came before the answer that names their subscription. */
const MAX_EARLY_NOTIFICATIONS = 64
const FIRST_RECONNECT_DELAY_MS = 100
const MAX_RECONNECT_DELAY_MS = 5_000

/** What {@link JsonRpc} is made of. */
export interface JsonRpcOptions {
  readonly url: URL
  /** The endpoint as it may be shown. */
  readonly endpoint: string
  readonly timeoutMs: number
  /** How long a lost connection is tried again before the client gives up, in ms. */
  readonly reconnectTimeoutMs: number
  readonly logger: Logger
}

interface Pending {
  readonly method: string
  readonly settle: (error: Error | undefined, result?: unknown) => void
  readonly onResult?: ((result: unknown) => void) | undefined
}

interface Subscription {
  readonly method: string
  readonly unsubscribe: string
  readonly params: readonly unknown[]
  readonly listener: (result: unknown) => void
  id?: string | undefined
}

/**
 * JSON-RPC 2.0 over one WebSocket: requests with deadlines, subscriptions that survive a reconnect, bounds on
 * everything that waits.
 *
 * Not the provider of @polkadot/api, since that one writes lost connections and refused calls to the console.
 */
export class JsonRpc {
  readonly #options: JsonRpcOptions
  readonly #pending = new Map<number, Pending>()
  readonly #subscriptions = new Set<Subscription>()
  readonly #listeners = new Map<string, Subscription>()
  readonly #early = new Map<string, unknown[]>()
  readonly #stop = new AbortController()
  readonly #closeListeners = new Set<(reason: TensorKitError) => void>()
  /** Runs after a reconnect, before subscriptions are made again; a throw closes the client. */
  onReconnect: () => Promise<void> = async () => {}
  #socket: Socket | undefined
  #reason: TensorKitError | undefined
  #nextId = 1

  private constructor(options: JsonRpcOptions) {
    this.#options = options
  }

  /** @throws CHAIN_UNREACHABLE, CHAIN_TIMEOUT or CORE_ABORTED. */
  static async open(options: JsonRpcOptions, signal?: AbortSignal): Promise<JsonRpc> {
    const rpc = new JsonRpc(options)
    await rpc.#connect(signal)
    return rpc
  }

  /**
   * @throws CHAIN_DISCONNECTED, CHAIN_TIMEOUT, CORE_ABORTED, CORE_CLOSED; {@link RpcError} for the node's refusals.
   */
  async request(method: string, params: readonly unknown[], wait: WaitOptions = {}): Promise<unknown> {
    return this.#request(method, params, wait)
  }

  /** Subscribes; the subscription is made again after each reconnect. @returns A function that ends it. */
  async subscribe(
    methods: { readonly subscribe: string; readonly unsubscribe: string; readonly params?: readonly unknown[] },
    listener: (result: unknown) => void,
    wait: WaitOptions = {},
  ): Promise<() => void> {
    const entry: Subscription = { method: methods.subscribe, unsubscribe: methods.unsubscribe, params: methods.params ?? [], listener }
    await this.#start(entry, wait)
    this.#subscriptions.add(entry)
    return () => {
      this.#subscriptions.delete(entry)
      if (entry.id === undefined) return
      this.#listeners.delete(entry.id)
      // Nobody waits for the answer: a lost connection has ended the subscription as well.
      if (this.#socket) this.#request(entry.unsubscribe, [entry.id], {}).catch(() => {})
    }
  }

  /** Calls back when the client is closed for good, at once if it is. @returns A function that forgets the listener. */
  onClosed(listener: (reason: TensorKitError) => void): () => void {
    if (this.#reason) listener(this.#reason)
    else this.#closeListeners.add(listener)
    return () => this.#closeListeners.delete(listener)
  }

  /** Ends every wait with CORE_CLOSED and the connection with it. Idempotent. */
  async close(): Promise<void> {
    const socket = this.#socket
    this.#shut(new TensorKitError('CORE_CLOSED', 'The connection to the chain was closed'))
    await socket?.close()
  }

  async #connect(signal: AbortSignal | undefined): Promise<void> {
    const signals = signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal
    this.#socket = await openSocket({
      url: this.#options.url,
      endpoint: this.#options.endpoint,
      timeoutMs: this.#options.timeoutMs,
      signal: signals,
      onMessage: (text) => this.#onMessage(text),
      onClose: () => this.#onDrop(),
    })
  }

  #request(method: string, params: readonly unknown[], wait: WaitOptions, onResult?: (result: unknown) => void): Promise<unknown> {
    const { endpoint } = this.#options
    const timeoutMs = wait.timeoutMs ?? this.#options.timeoutMs
    return new Promise((resolve, reject) => {
      if (wait.signal?.aborted) return reject(aborted(method))
      if (this.#reason) return reject(this.#reason)
      const socket = this.#socket
      if (!socket) return reject(disconnected(endpoint))
      if (this.#pending.size >= MAX_IN_FLIGHT)
        return reject(new TensorKitError('CHAIN_BUSY', 'Too many requests wait for an answer', { facts: { endpoint, limit: MAX_IN_FLIGHT } }))
      const id = this.#nextId++
      const onAbort = () => settle(aborted(method))
      const settle = (error: Error | undefined, result?: unknown) => {
        if (!this.#pending.delete(id)) return
        clearTimeout(timer)
        wait.signal?.removeEventListener('abort', onAbort)
        if (error) reject(error)
        else resolve(result)
      }
      const timer = setTimeout(
        () => settle(new TensorKitError('CHAIN_TIMEOUT', 'The node did not answer in time', { facts: { endpoint, method, timeoutMs } })),
        timeoutMs,
      )
      wait.signal?.addEventListener('abort', onAbort, { once: true })
      this.#pending.set(id, { method, settle, onResult })
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    })
  }

  async #start(entry: Subscription, wait: WaitOptions): Promise<void> {
    // Bound inside the answer's own turn, so that a notification right behind it finds its listener.
    await this.#request(entry.method, entry.params, wait, (result) => {
      const id = String(result)
      entry.id = id
      this.#listeners.set(id, entry)
      const early = this.#early.get(id) ?? []
      this.#early.delete(id)
      for (const item of early) entry.listener(item)
    })
  }

  #onMessage(text: string): void {
    let message: Record<string, unknown>
    try {
      message = JSON.parse(text) as Record<string, unknown>
    } catch {
      this.#options.logger.warn({ endpoint: this.#options.endpoint }, 'The node sent something that is not JSON')
      return
    }
    if (message === null || typeof message !== 'object') return
    if (typeof message.method === 'string') return this.#onNotification(message.params)
    const pending = typeof message.id === 'number' ? this.#pending.get(message.id) : undefined
    if (!pending) return
    if (message.error) return pending.settle(toRpcError(pending.method, message.error))
    pending.onResult?.(message.result)
    pending.settle(undefined, message.result)
  }

  #onNotification(params: unknown): void {
    const { subscription, result } = (params ?? {}) as { subscription?: unknown; result?: unknown }
    const id = String(subscription)
    const entry = this.#listeners.get(id)
    if (entry) return entry.listener(result)
    const early = this.#early.get(id)
    if (early) {
      if (early.length < MAX_EARLY_NOTIFICATIONS) early.push(result)
    } else if (this.#pending.size > 0 && this.#early.size < MAX_EARLY_NOTIFICATIONS) this.#early.set(id, [result])
  }

  #onDrop(): void {
    if (this.#reason || !this.#socket) return
    this.#socket = undefined
    this.#listeners.clear()
    this.#early.clear()
    for (const entry of this.#subscriptions) entry.id = undefined
    for (const pending of [...this.#pending.values()]) pending.settle(disconnected(this.#options.endpoint))
    this.#options.logger.warn({ endpoint: this.#options.endpoint }, 'The connection to the chain was lost')
    this.#reconnect().catch((error: unknown) => {
      this.#shut(TensorKitError.isInstance(error) ? error : disconnected(this.#options.endpoint, error))
    })
  }

  async #reconnect(): Promise<void> {
    const deadline = performance.now() + this.#options.reconnectTimeoutMs
    for (let delayMs = FIRST_RECONNECT_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_RECONNECT_DELAY_MS)) {
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
      for (const entry of this.#subscriptions) await this.#start(entry, {})
    } catch (error) {
      // Lost again meanwhile: the drop of the new socket has begun its own reconnect.
      if (TensorKitError.isInstance(error) && error.code === 'CHAIN_DISCONNECTED') return
      throw error
    }
    this.#options.logger.info({ endpoint: this.#options.endpoint }, 'The connection to the chain is back')
  }

  #shut(reason: TensorKitError): void {
    if (this.#reason) return
    this.#reason = reason
    const socket = this.#socket
    this.#socket = undefined
    this.#stop.abort(reason)
    for (const pending of [...this.#pending.values()]) pending.settle(reason)
    this.#subscriptions.clear()
    this.#listeners.clear()
    this.#early.clear()
    for (const listener of this.#closeListeners) listener(reason)
    this.#closeListeners.clear()
    // The caller of close() waits for the socket itself; after a failure nobody does.
    socket?.close().catch(() => {})
  }
}

const aborted = (method: string): TensorKitError => new TensorKitError('CORE_ABORTED', 'The request to the chain was aborted', { facts: { method } })

const disconnected = (endpoint: string, cause?: unknown): TensorKitError =>
  new TensorKitError('CHAIN_DISCONNECTED', 'The connection to the chain was lost', { facts: { endpoint }, cause })

function toRpcError(method: string, error: unknown): RpcError {
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown }
  return new RpcError(
    method,
    typeof code === 'number' ? code : 0,
    typeof message === 'string' ? message : 'unknown error',
    data === undefined ? undefined : typeof data === 'string' ? data : JSON.stringify(data),
  )
}

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
