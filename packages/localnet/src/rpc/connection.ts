import { randomBytes } from 'node:crypto'
import type { Logger } from '@tensorkit/core'
import type { WebSocket } from 'ws'
import type { Dispatcher, Session } from './dispatcher.js'
import type { Subscription } from './method.js'
import { RpcError } from './rpc-error.js'
import type { RpcLimits } from './rpc-limits.js'

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

  constructor({ socket, dispatcher, limits, logger }: ConnectionOptions) {
    this.#socket = socket
    this.#dispatcher = dispatcher
    this.#limits = limits
    this.#logger = logger
    this.#session = { signal: this.#ended.signal, subscribe: (open) => this.#subscribe(open), unsubscribe: (id) => this.#unsubscribe(id) }
    // Binary frames are read like text: some clients send JSON in them.
    socket.on('message', (data) => void this.#receive(data.toString()))
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
      throw new RpcError({ code: -32006, message: 'Too many subscriptions on the connection', data: `Exceeded max limit of ${this.#limits.maxSubscriptions}` })
    }
    const { notification, start } = open()
    const id = randomBytes(8).toString('hex')
    this.#subscriptions.set(id, () => {})
    const begin = (): void => {
      if (!this.#subscriptions.has(id)) return
      const stop = start((result) => this.#send(JSON.stringify({ jsonrpc: '2.0', method: notification, params: { subscription: id, result } })))
      // The first notification may have found the client too slow, and ended everything.
      if (this.#subscriptions.has(id)) this.#subscriptions.set(id, stop)
      else stop()
    }
    return { id, begin }
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
