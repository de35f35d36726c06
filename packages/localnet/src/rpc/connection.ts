import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { Logger } from '@tensorkit/core'
import type { WebSocket } from 'ws'
import type { Dispatcher, Session } from './dispatcher.js'
import type { Subscription } from './method.js'
import { RpcError } from './rpc-error.js'
import type { RpcLimits } from './rpc-limits.js'

/** How long a client that keeps asking can hold back what waits for it to be quiet. */
const maxQuietMs = 1000

/** What a {@link Connection} needs. */
export interface ConnectionOptions {
  readonly socket: WebSocket
  readonly dispatcher: Dispatcher
  readonly limits: RpcLimits
  readonly logger: Logger
}

/** One WebSocket client: its requests, its subscriptions, its backlog. */
export class Connection {
  readonly #socket: WebSocket
  readonly #dispatcher: Dispatcher
  readonly #limits: RpcLimits
  readonly #logger: Logger
  readonly #subscriptions = new Map<string, () => void>()
  readonly #ended = new AbortController()
  readonly #session: Session
  #inFlight = 0
  #requests = 0
  #quieting: Promise<void> | undefined

  constructor({ socket, dispatcher, limits, logger }: ConnectionOptions) {
    this.#socket = socket
    this.#dispatcher = dispatcher
    this.#limits = limits
    this.#logger = logger
    this.#session = { signal: this.#ended.signal, subscribe: (open) => this.#subscribe(open), unsubscribe: (id) => this.#unsubscribe(id) }
    // What waits for the end is bounded by the limits on requests and broadcasts.
    setMaxListeners(0, this.#ended.signal)
    // Binary frames are read like text: some clients send JSON in them.
    socket.on('message', (data) => {
      this.#receive(data.toString()).catch((error: unknown) => {
        logger.error({ error }, 'a WebSocket client could not be served')
        socket.close(1011)
      })
    })
    socket.on('close', () => this.#end())
    // A broken or oversized frame: ws closes the connection itself.
    socket.on('error', (error) => logger.debug({ error: error.message.slice(0, 200) }, 'a WebSocket client failed'))
  }

  async #receive(message: string): Promise<void> {
    if (this.#inFlight >= this.#limits.maxInFlight) {
      this.#logger.warn({ maxInFlight: this.#limits.maxInFlight }, 'a WebSocket client sent too many requests at once and is disconnected')
      this.#socket.close(1008, 'too many requests in flight')
      return
    }
    this.#inFlight += 1
    this.#requests += 1
    try {
      const reply = await this.#dispatcher.answer(message, this.#session)
      if (reply.text !== undefined) this.#send(reply.text)
      if (!this.#ended.signal.aborted) reply.sent()
    } finally {
      this.#inFlight -= 1
    }
  }

  #subscribe(open: () => Subscription): { readonly id: string; readonly begin: () => void } {
    if (this.#subscriptions.size >= this.#limits.maxSubscriptions) {
      throw new RpcError({
        code: -32006,
        message: 'Too many subscriptions on the connection',
        data: `Exceeded max limit of ${this.#limits.maxSubscriptions}`,
      })
    }
    const { notification, start } = open()
    const id = randomBytes(8).toString('hex')
    this.#subscriptions.set(id, () => {})
    const begin = (): void => {
      if (!this.#subscriptions.has(id)) return
      const notify = (result: unknown): void => {
        if (this.#subscriptions.has(id))
          this.#send(JSON.stringify({ jsonrpc: '2.0', method: notification, params: { subscription: id, result } }))
      }
      const stop = start({ id, notify, quiet: () => this.#quiet(), end: () => void this.#unsubscribe(id) })
      // The first notification may have found the client too slow, and ended everything.
      if (this.#subscriptions.has(id)) this.#subscriptions.set(id, stop)
      else stop()
    }
    return { id, begin }
  }

  /**
   * Waits until two pings in a row come back with no request before them. A pong follows all that the client did on what it
   * had read before, so this waits for the client itself, however slow its machine is.
   */
  #quiet(): Promise<void> {
    // Whoever joins a wait starts it over.
    this.#requests += 1
    this.#quieting ??= this.#awaitQuiet().finally(() => {
      this.#quieting = undefined
    })
    return this.#quieting
  }

  async #awaitQuiet(): Promise<void> {
    const giveUpMs = performance.now() + maxQuietMs
    for (let quiet = 0; quiet < 2 && performance.now() < giveUpMs && !this.#ended.signal.aborted; ) {
      const before = this.#requests
      await this.#pong(giveUpMs - performance.now())
      quiet = this.#requests === before && this.#inFlight === 0 ? quiet + 1 : 0
    }
  }

  #pong(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#socket.off('pong', done)
        this.#ended.signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, timeoutMs)
      this.#socket.on('pong', done)
      this.#ended.signal.addEventListener('abort', done)
      this.#socket.ping()
    })
  }

  #unsubscribe(id: string): boolean {
    const stop = this.#subscriptions.get(id)
    if (!stop) return false
    this.#subscriptions.delete(id)
    stop()
    return true
  }

  #send(text: string): void {
    if (this.#ended.signal.aborted) return
    this.#socket.send(text)
    if (this.#socket.bufferedAmount <= this.#limits.maxBacklogBytes) return
    this.#logger.warn({ backlogBytes: this.#socket.bufferedAmount }, 'a WebSocket client does not read and is disconnected')
    this.#end()
    this.#socket.terminate()
  }

  #end(): void {
    this.#ended.abort()
    const stops = [...this.#subscriptions.values()]
    this.#subscriptions.clear()
    for (const stop of stops) stop()
  }
}
