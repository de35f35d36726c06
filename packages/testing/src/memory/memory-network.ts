import type { ServerTransport } from '@tensorkit/axon'
import { type Clock, systemClock } from '@tensorkit/core'
import type { ClientTransport } from '@tensorkit/dendrite'
import { MemoryAddresses } from './memory-addresses.js'
import { MemoryChannel } from './memory-channel.js'
import { MemoryServer } from './memory-server.js'

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
  readonly #addresses = new MemoryAddresses<MemoryServer>()

  constructor({ clock = systemClock, maxMessageBytes = 4 * mebibyte }: MemoryNetworkOptions = {}) {
    this.clock = clock
    this.#maxMessageBytes = maxMessageBytes
  }

  /** A transport for one axon. */
  server(): ServerTransport {
    return new MemoryServer({ addresses: this.#addresses, clock: this.clock, maxMessageBytes: this.#maxMessageBytes })
  }

  /** A transport for one dendrite. */
  client({ source = '127.0.0.1' }: MemoryClientOptions = {}): ClientTransport {
    return {
      name: 'memory',
      open: (target) => {
        const { clock } = this
        return new MemoryChannel({ addresses: this.#addresses, clock, target, source, maxMessageBytes: this.#maxMessageBytes })
      },
    }
  }
}
