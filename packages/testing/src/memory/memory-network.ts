import type { ServerTransport } from '@tensorkit/axon'
import { type Clock, systemClock } from '@tensorkit/core'
import type { ClientTransport } from '@tensorkit/dendrite'
import { MemoryChannel } from './memory-channel.js'
import { MemoryServer } from './memory-server.js'

const firstFreePort = 49_152
const maxPort = 65_535
const mebibyte = 1024 * 1024

/** What a {@link MemoryNetwork} may be told. */
export interface MemoryNetworkOptions {
  /** @defaultValue the machine's clock */
  readonly clock?: Clock
  /** The largest message, either way, in bytes. @defaultValue 4 MiB, gRPC's own default */
  readonly maxMessageBytes?: number
}

/** What {@link MemoryNetwork.client} may be told. */
export interface MemoryClientOptions {
  /** Where the client's connections come from, for the axon's caps and buckets. @defaultValue `127.0.0.1` */
  readonly source?: string
}

/**
 * A network in the memory of one process: axons listen on it, dendrites call over it, and no socket is opened.
 *
 * It replaces transports alone: authentication, admission, queue, codecs and handlers are those of production. It has no TLS, so that
 * both sides must be told `insecure: true`.
 */
export class MemoryNetwork {
  readonly clock: Clock
  readonly #maxMessageBytes: number
  readonly #servers = new Map<string, MemoryServer>()
  #connections = 0

  constructor({ clock = systemClock, maxMessageBytes = 4 * mebibyte }: MemoryNetworkOptions = {}) {
    this.clock = clock
    this.#maxMessageBytes = maxMessageBytes
  }

  /** A transport for one axon. */
  server(): ServerTransport {
    return new MemoryServer({ network: this, clock: this.clock, maxMessageBytes: this.#maxMessageBytes })
  }

  /** A transport for one dendrite. */
  client({ source = '127.0.0.1' }: MemoryClientOptions = {}): ClientTransport {
    return {
      name: 'memory',
      open: (target) => new MemoryChannel({ network: this, target, source, maxMessageBytes: this.#maxMessageBytes }),
    }
  }

  /** @internal The server at an address. */
  find(host: string, port: number): MemoryServer | undefined {
    return this.#servers.get(`${host} ${port}`)
  }

  /** @internal A number for a new connection. */
  nextConnectionId(): number {
    return ++this.#connections
  }

  /** @internal Gives a server its address. @returns Undefined if it is taken. */
  bind({
    host,
    port,
    server,
  }: {
    readonly host: string
    readonly port: number
    readonly server: MemoryServer
  }): { readonly port: number; release(): void } | undefined {
    let bound = port
    if (port === 0) {
      for (bound = firstFreePort; this.#servers.has(`${host} ${bound}`); bound++) if (bound === maxPort) return undefined
    }
    const key = `${host} ${bound}`
    if (this.#servers.has(key)) return undefined
    this.#servers.set(key, server)
    return {
      port: bound,
      release: () => {
        if (this.#servers.get(key) === server) this.#servers.delete(key)
      },
    }
  }
}
