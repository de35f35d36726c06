import type { CallHandler, ListenAddress, ServerTransport } from '@tensorkit/axon'
import { type Clock, TensorKitError } from '@tensorkit/core'
import type { MemoryAddresses } from './memory-addresses.js'
import type { MemoryCall } from './memory-call.js'
import type { MemoryConnection } from './memory-connection.js'

/** What {@link MemoryServer} is made of. */
export interface MemoryServerOptions {
  readonly addresses: MemoryAddresses<MemoryServer>
  readonly clock: Clock
  /** The largest request message, in bytes. */
  readonly maxMessageBytes: number
}

/** An axon's transport in the memory of one process: everything above the socket is the axon's own code. */
export class MemoryServer implements ServerTransport {
  readonly maxMessageBytes: number
  readonly #options: MemoryServerOptions
  readonly #handlers = new Map<string, CallHandler>()
  readonly #connections = new Set<MemoryConnection>()
  #inFlight = 0
  #onIdle: (() => void) | undefined
  #stopListening: (() => void) | undefined

  constructor(options: MemoryServerOptions) {
    this.#options = options
    this.maxMessageBytes = options.maxMessageBytes
  }

  handle(path: string, handler: CallHandler): boolean {
    if (this.#handlers.has(path)) return false
    this.#handlers.set(path, handler)
    return true
  }

  listen({ host, port, signal }: ListenAddress): Promise<number> {
    if (signal?.aborted === true) {
      return Promise.reject(new TensorKitError('CORE_ABORTED', 'Listening was aborted', { cause: signal.reason }))
    }
    const bound = this.#options.addresses.bind({ host, port, server: this })
    if (bound === undefined) {
      return Promise.reject(new TensorKitError('AXON_ADDRESS_IN_USE', `Port ${port} is taken`, { facts: { host, port } }))
    }
    this.#stopListening = bound.release
    return Promise.resolve(bound.port)
  }

  async shutdown(graceMs: number): Promise<void> {
    this.#stopListening?.()
    if (this.#inFlight > 0 && graceMs > 0) {
      const stop = new AbortController()
      const idle = new Promise<void>((resolve) => {
        this.#onIdle = resolve
      })
      await Promise.race([idle, this.#options.clock.sleep(graceMs, stop.signal).catch(() => {})])
      stop.abort()
    }
    for (const connection of this.#connections) connection.close()
  }

  /** Takes a connection in. */
  accept(connection: MemoryConnection): void {
    this.#connections.add(connection)
    connection.onClose(() => this.#connections.delete(connection))
  }

  /** Takes a call in. */
  serve(call: MemoryCall): void {
    const handler = this.#handlers.get(call.path)
    if (handler === undefined) {
      call.refuse({ status: 'UNIMPLEMENTED', text: `The server does not implement ${call.path}`, reason: 'unimplemented' })
      return
    }
    this.#inFlight++
    call.onOver(() => {
      if (--this.#inFlight === 0) this.#onIdle?.()
    })
    handler(call)
  }
}
